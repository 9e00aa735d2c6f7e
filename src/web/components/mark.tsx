/** Three floors, each standing on a wider one: the mark of Socle. */
export function Mark() {
  return (
    <svg viewBox="0 0 28 28" aria-hidden="true" focusable="false">
      <g fill="currentColor">
        <path d="M2 21h24v4H2z" />
        <path d="M6 12.5h16v4H6z" />
        <path d="M10 4h8v4h-8z" />
      </g>
    </svg>
  )
}
