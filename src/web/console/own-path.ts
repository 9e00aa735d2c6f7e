/** A page of the console named by a form or an address, to go to next; the home page where it is anything else. */
export function ownPath(asked: FormDataEntryValue | null): string {
  if (typeof asked !== 'string' || !/^\/console(?:[/?]|$)/.test(asked)) return '/console'
  // What a browser would read as another site (//, /\) cannot begin with /console; control characters never pass.
  if (/[\s\\]/.test(asked)) return '/console'
  // Read as a browser would: what climbs out of the console is not followed, and letters beyond ASCII fit a header.
  const { pathname, search } = new URL(asked, 'http://socle.invalid')
  return /^\/console(?:\/|$)/.test(pathname) ? pathname + search : '/console'
}
