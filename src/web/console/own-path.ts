/** A page of the console named by a form or an address, to go to next; the home page where it is anything else. */
export function ownPath(asked: FormDataEntryValue | null): string {
  if (typeof asked !== 'string' || !/^\/console(?:[/?]|$)/.test(asked)) return '/console'
  // What a browser would read as another site (//, /\) cannot begin with /console; control characters never pass.
  return /[\s\\]/.test(asked) ? '/console' : asked
}
