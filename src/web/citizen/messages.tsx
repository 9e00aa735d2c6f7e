import { useLoaderData } from 'react-router'
import { inLanguage } from '../language.ts'
import { doorsOf, inTimeOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'

/** Only a demonstration has this page. */
export async function loader({ context }: LoaderArgs) {
  const shown = doorsOf(context).citizen?.demonstration
  if (!shown) throw new Response(null, { status: 404 })
  return inTimeOf(context, { messages: [...(await shown.messages())] })
}

/** What a telephone would have received. */
export default function Messages() {
  const { messages } = useLoaderData<typeof loader>()
  const { t, format, language } = useSpeech()
  const title = t('citizen:demonstration.messages')
  return (
    <div className="page own">
      <title>{t('site:title', { page: title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        <p className="lead">{t('citizen:demonstration.lead')}</p>
        <p>
          <a href={inLanguage('/dossier/code', language)}>{t('citizen:demonstration.back')}</a>
        </p>
      </div>
      {messages.length === 0 ? <p className="section">{t('citizen:demonstration.none')}</p> : null}
      <ul className="rows">
        {messages.map(message => (
          <li key={message.at + message.text}>
            <div>
              <strong>
                <bdi dir="ltr">{message.to}</bdi>
              </strong>
              <p dir="auto">{message.text}</p>
            </div>
            <p className="aside">{format.instant(message.at)}</p>
          </li>
        ))}
      </ul>
    </div>
  )
}
