import type { SearchHit } from '../context.ts'
import type { Speech } from '../speech.ts'
import type { Column } from './column.ts'
import { nameText, placeText } from './names.ts'

/** Columns of what a search finds, on the page as in the file. */
export function searchColumns(speech: Speech): readonly Column<SearchHit>[] {
  const { t, format } = speech
  return [
    { key: 'head', label: t('console:column.head'), text: hit => nameText(hit.head, speech) },
    {
      key: 'matched',
      label: t('console:column.matched'),
      text: hit => {
        const name = hit.matched ? nameText(hit.matched, speech) : ''
        return hit.standing ? t('staff:search.standing', { name, as: nameText(hit.standing, speech) }) : name
      },
    },
    { key: 'members', label: t('console:column.members'), numeric: true, text: hit => format.number(hit.members) },
    { key: 'territory', label: t('console:column.territory'), text: hit => placeText(hit.territory, speech) },
    { key: 'source', label: t('console:column.sourceId'), text: hit => hit.sourceId },
  ]
}
