const LONGEST = 1000

/** Answers of a form as they were written: without blanks around, lines ended one way, no longer than any field takes. */
export function saidIn(form: { readonly get: (name: string) => unknown }): (name: string) => string {
  return name =>
    String(form.get(name) ?? '')
      .replaceAll('\r\n', '\n')
      .trim()
      .slice(0, LONGEST)
}
