import { useSpeech } from '../speech-context.tsx'
import type { ReceiptPage } from '../statement.ts'

/** What a receipt says: number, amount, day, programme, place. */
export function ReceiptLines({ receipt }: { receipt: ReceiptPage }) {
  const { t, say, format } = useSpeech()
  const rows: readonly (readonly [string, string])[] = [
    [t('receipts:receipt.number'), receipt.number],
    [t('receipts:receipt.payee'), receipt.payeeName],
    [t('receipts:receipt.amount'), format.money(receipt.amount)],
    [t('receipts:receipt.day'), format.date(receipt.day)],
    ...receipt.lines.map(
      line => [`${say(line.programme)}, ${format.month(line.month)}`, format.money(line.amount)] as const,
    ),
    [t('receipts:receipt.place'), receipt.place],
  ]
  return (
    <dl className="receipt">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}
