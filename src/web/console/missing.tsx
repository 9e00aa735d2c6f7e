/** An address of the console that no page has: the layout's error page answers. */
export function loader(): never {
  throw new Response(null, { status: 404 })
}

// Without a component, React Router would send the bare answer instead of the page.
export default function Missing() {
  return null
}
