import { Alert, Button, NativeSelect } from '@mantine/core'
import { Form } from 'react-router'
import type { PaperRow, SummaryPage } from '../declaration-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { Section } from './parts.tsx'

/** Papers attached, each to be opened: what kind, who attached it, whether it was scanned. */
export function PaperList({ papers }: { papers: readonly PaperRow[] }) {
  const { t, say, format } = useSpeech()
  return (
    <ul className="declaration-drafts">
      {papers.map(({ id, kind, name, size, scanned, at, by }) => (
        <li key={id}>
          <a href={`/console/papers/${id}`} download>
            {say(kind)}
          </a>{' '}
          <bdi dir="ltr">{name}</bdi> ·{' '}
          {t('declaration:paper.size', { number: format.number(String(Math.ceil(size / 1024))) })}
          {scanned ? null : <span className="badge doubt">{t('declaration:paper.notScanned')}</span>}
          <span className="soft">{t('declaration:saved', { by, at: format.instant(at) })}</span>
        </li>
      ))}
    </ul>
  )
}

type Papers = Pick<SummaryPage, 'papers' | 'attached'> & {
  readonly draft: string
  /** The id of the next one, made before it is sent: sent twice, it is attached once. */
  readonly next: string
  readonly told: string | null
}

/** Papers of the declaration, and one more: chosen, sent, taken in. */
export function Papers({ draft, papers, attached, next, told }: Papers) {
  const { t, say } = useSpeech()
  if (papers.length === 0) return null
  return (
    <div id="papers">
      <Section title={t('declaration:paper.title')}>
        {told === 'attached' ? <p role="status">{t('declaration:paper.attached')}</p> : null}
        {told && told !== 'attached' ? (
          <Alert color="red" role="alert" variant="light" className="narrow">
            {t(`declaration:paper.refusal.${told}`)}
          </Alert>
        ) : null}
        {attached.length > 0 ? <PaperList papers={attached} /> : null}
        {/* The whole page is sent: a file goes as it is read, with or without script. */}
        <Form
          method="post"
          action={`/console/declarations/${draft}/papers`}
          encType="multipart/form-data"
          reloadDocument
          className="narrow stack"
          key={next}
        >
          <input type="hidden" name="id" value={next} />
          <NativeSelect
            name="kind"
            label={t('declaration:paper.kind')}
            data={papers.map(({ code, words }) => ({ value: code, label: say(words) }))}
          />
          <div className="declaration-file">
            <label htmlFor="file">{t('declaration:paper.file')}</label>
            <input id="file" name="file" type="file" required accept="image/jpeg,image/png,application/pdf" />
            <p className="soft">{t('declaration:paper.accepts')}</p>
          </div>
          <div>
            <Button type="submit" variant="default">
              {t('declaration:paper.attach')}
            </Button>
          </div>
        </Form>
      </Section>
    </div>
  )
}
