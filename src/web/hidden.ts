/** Marks what a reader's grant does not show: it is there, its value is not. */
export type Hidden = { readonly hidden?: true }

export function isHidden(shown: object): boolean {
  return (shown as Hidden).hidden === true
}
