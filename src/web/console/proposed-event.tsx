import { Alert, Button, Checkbox, NativeSelect, Textarea } from '@mantine/core'
import { Form, Link } from 'react-router'
import type { ProposedRow } from '../proposed-event-door.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { nameText, placeText } from './names.ts'

/** An answer that was not taken: what was said, and why. */
type Given = {
  readonly says: string
  readonly successor: string | null
  readonly refusal: { readonly code: string; readonly facts: Readonly<Record<string, string>> }
}

/** One birth or death: what the register says, what the file says, and the answer to it or the form for one. */
export function ProposedEvent({ row, of, given }: { row: ProposedRow; of: string | null; given: Given | undefined }) {
  const speech = useSpeech()
  const { t, format } = speech
  const id = `p-${row.feed}-${row.row}`
  return (
    <article className="doubt-row" aria-labelledby={id} id={`at-${id}`}>
      <h2 id={id}>
        {t(`events:kind.${row.kind}`)} · {format.date(row.on)} · {nameText(row.name, speech)}
      </h2>
      <p className="soft">
        <Link to={`/console/households/${row.household}`}>
          <bdi>{row.sourceId}</bdi>
        </Link>{' '}
        · {placeText(row.place, speech)}
      </p>
      <div className="proposed-sides">
        <div>
          <h3>{t('proposed:register')}</h3>
          <Told row={row} />
        </div>
        <div>
          <h3>{t('proposed:file')}</h3>
          <Filed row={row} />
        </div>
      </div>
      {row.answered ? (
        <>
          <p>
            <span className={`badge ${TONES[row.answered.answer]}`}>{t(`proposed:answer.${row.answered.answer}`)}</span>{' '}
            {t('proposed:answeredBy', { name: row.answered.by, at: format.instant(row.answered.at) })}
          </p>
          {row.answered.says ? <p className="said">{row.answered.says}</p> : null}
        </>
      ) : (
        <Answer row={row} of={of} given={given} />
      )}
    </article>
  )
}

const TONES = { recorded: 'good', known: 'plain', refused: 'bad' } as const

type Pairs = readonly (readonly [label: string, value: string])[]

function Told({ row }: { row: ProposedRow }) {
  const speech = useSpeech()
  const { t, format } = speech
  const { kind, name, on, child } = row
  const pairs: Pairs = [
    [t(`proposed:who.${kind}`), nameText(name, speech)],
    [t(`proposed:day.${kind}`), format.date(on)],
    ...(child
      ? ([
          [t('events:child'), nameText(child.name, speech)],
          [t('events:sex'), t(`events:${child.sex}`)],
        ] as const)
      : []),
    [t('proposed:source'), row.source],
    [t('proposed:from'), t('proposed:fromRow', { file: row.label, row: format.number(row.row) })],
    [t('proposed:at'), format.instant(row.at)],
    [t('proposed:matched'), t(`proposed:by.${row.matched ?? 'not_kept'}`)],
  ]
  return <PairList pairs={pairs} />
}

function Filed({ row }: { row: ProposedRow }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const { file, kind } = row
  const pairs: Pairs = [
    [t('proposed:born'), file.birthDate ? format.date(file.birthDate) : t('events:unknown')],
    [
      t('proposed:standing'),
      file.diedOn
        ? t('proposed:died', { date: format.date(file.diedOn) })
        : t(`proposed:stands.${file.isElsewhere ? 'elsewhere' : 'alive'}`),
    ],
    ...(file.relation ? ([[t('proposed:relation'), say(file.relation)]] as const) : []),
    ...(file.closedOn
      ? ([[t('proposed:household'), t('proposed:closed', { date: format.date(file.closedOn) })]] as const)
      : []),
    ...(kind === 'birth'
      ? ([
          [
            t('proposed:bornThen'),
            file.bornThen.map(each => nameText(each.name, speech)).join(t('proposed:comma')) || t('proposed:nobody'),
          ],
        ] as const)
      : []),
  ]
  return (
    <>
      <PairList pairs={pairs} />
      <p>
        <Link to={`/console/persons/${row.person}`}>
          {t('proposed:openPerson', { name: nameText(row.name, speech) })}
        </Link>
        {file.movedTo ? (
          <>
            <br />
            <Link to={`/console/households/${file.movedTo}`}>{t('proposed:movedTo')}</Link>
          </>
        ) : null}
      </p>
    </>
  )
}

function PairList({ pairs }: { pairs: Pairs }) {
  return (
    <dl className="pairs">
      {pairs.map(([label, value]) => (
        <div key={label} className="pair">
          <dt>{label}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Answer({ row, of, given }: { row: ProposedRow; of: string | null; given: Given | undefined }) {
  const speech = useSpeech()
  const { t } = speech
  const { file, kind } = row
  const isFiled = kind === 'death' ? file.diedOn !== null : file.bornThen.length > 0
  const why = given ? refusalText(given.refusal, row, speech) : undefined
  const ofReason = given?.refusal.code === 'reason_missing'
  const ofSuccessor = given?.refusal.code.startsWith('successor') ?? false
  const ofAnother = given?.refusal.code === 'born_that_day'
  return (
    <Form method="post" className="decide">
      {why && !ofReason && !ofSuccessor && !ofAnother ? (
        <Alert color="red" role="alert" variant="light">
          {why}
        </Alert>
      ) : null}
      <input type="hidden" name="feed" value={row.feed} />
      <input type="hidden" name="row" value={row.row} />
      <input type="hidden" name="household" value={row.household} />
      <input type="hidden" name="of" value={of ?? ''} />
      {row.successors.length > 0 && file.diedOn === null ? (
        <NativeSelect
          name="successor"
          label={t('proposed:successor')}
          description={t('proposed:successorHow')}
          defaultValue={given?.successor ?? ''}
          error={ofSuccessor ? why : undefined}
          data={[
            { value: '', label: t('events:choosePerson') },
            ...row.successors.map(each => ({ value: each.person, label: nameText(each.name, speech) })),
          ]}
        />
      ) : null}
      {kind === 'birth' && isFiled ? (
        <Checkbox name="another" value="yes" label={t('proposed:another')} error={ofAnother ? why : undefined} />
      ) : null}
      <div className="buttons">
        <Button type="submit" name="answer" value="recorded">
          {t(`proposed:record.${kind}`)}
        </Button>{' '}
        {isFiled ? (
          <Button type="submit" name="answer" value="known" variant="default">
            {t('proposed:known')}
          </Button>
        ) : null}
      </div>
      <details open={ofReason}>
        <summary>{t('proposed:setAside')}</summary>
        <Textarea
          name="says"
          label={t('proposed:reason')}
          description={t('proposed:reasonHow')}
          maxLength={1000}
          defaultValue={given?.says ?? ''}
          error={ofReason ? why : undefined}
        />
        <p>
          <Button type="submit" name="answer" value="refused" variant="default">
            {t('proposed:refuse')}
          </Button>
        </p>
      </details>
    </Form>
  )
}

/** Why the answer was not taken, in words; events are refused in the words of their page. */
function refusalText({ code, facts }: Given['refusal'], row: ProposedRow, speech: Speech): string {
  const { t, format } = speech
  if (OWN.includes(code)) {
    return t(`proposed:refusal.${code}`, { answer: facts.answer ? t(`proposed:answer.${facts.answer}`) : '' })
  }
  const day = (name: string) => (facts[name] === undefined ? '' : format.date(facts[name]))
  const known = [row, ...row.successors, ...row.file.bornThen].find(each => each.person === facts.person)
  return t(`events:refusal.${code}`, {
    ...facts,
    person: known ? nameText(known.name, speech) : row.child ? nameText(row.child.name, speech) : '',
    on: day('on'),
    since: day('since'),
    until: day('until'),
    birthDate: day('birthDate'),
    kind: facts.kind === undefined ? '' : t(`events:kind.${facts.kind}`),
  })
}

const OWN: readonly string[] = [
  'proposal_unknown',
  'answered_before',
  'reason_missing',
  'not_in_file',
  'born_that_day',
  'household_unknown',
]
