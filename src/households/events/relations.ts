/**
 * The relation of a member to a new head, from what each was to the head before. Where a code tells too little (a spouse's
 * parents, a child's children's other parent), the answer is `other`: who records the event may say better.
 */
export function relationAfter(newHeadWas: string, memberWas: string): string {
  return AFTER[newHeadWas]?.[memberWas] ?? 'other'
}

const AFTER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  spouse: {
    head: 'spouse',
    child: 'child',
    kafala_child: 'kafala_child',
    foster_child: 'foster_child',
    grandchild: 'grandchild',
  },
  child: { head: 'parent', spouse: 'parent', child: 'sibling' },
  parent: { head: 'child', child: 'grandchild', parent: 'spouse', sibling: 'child' },
  sibling: { head: 'sibling', parent: 'parent', sibling: 'sibling' },
}
