import { redirect, useLoaderData } from 'react-router'
import { ReceiptLines } from '../components/receipt-lines.tsx'
import { inLanguage } from '../language.ts'
import { doorsOf, inTimeOf, speechOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { doorOf } from './own.tsx'

export async function loader({ request, params, context }: LoaderArgs) {
  const found = await doorOf(doorsOf(context).citizen).receipt(request.headers, params.payment ?? '')
  if (found === undefined) return redirect(inLanguage('/dossier', speechOf(context).language), { status: 303 })
  if (found === null) throw new Response(null, { status: 404 })
  return inTimeOf(context, found)
}

/** The receipt of one payment, to print. */
export default function OwnReceipt() {
  const receipt = useLoaderData<typeof loader>()
  const { t, language } = useSpeech()
  const title = t('receipts:receipt.title')
  return (
    <div className="page own">
      <title>{t('site:title', { page: title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        <p>
          <a href={inLanguage('/dossier/releve', language)}>{t('receipts:statement.title')}</a>
        </p>
      </div>
      <ReceiptLines receipt={receipt} />
    </div>
  )
}
