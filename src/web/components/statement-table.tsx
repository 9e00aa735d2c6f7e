import { useSpeech } from '../speech-context.tsx'
import type { StatementPage } from '../statement.ts'

type StatementTableProps = {
  readonly page: StatementPage
  /** Address of the receipt of a payment that arrived. */
  readonly receipt: (number: string) => string
}

const SUMS = ['owed', 'paid', 'onItsWay', 'due'] as const

/** A year month by month, for a family and for the desk: the same figures in the same words. */
export function StatementTable({ page, receipt }: StatementTableProps) {
  const { t, say, format } = useSpeech()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="statement" aria-label={t('receipts:statement.table', { year: page.year })} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('receipts:statement.month')}</th>
            {SUMS.map(name => (
              <th key={name} scope="col" className="numeric">
                {t(`receipts:statement.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map(row => (
            <tr key={row.key}>
              <th scope="row">
                {format.month(row.month)} · {say(row.programme)}
                {row.payments.map(payment => (
                  <span key={payment.number} className="payment">
                    {t(`receipts:state.${payment.state}`, { day: format.date(payment.day) })}{' '}
                    {payment.state === 'paid' ? (
                      <a href={receipt(payment.number)}>
                        {t('receipts:receipt.of', { number: payment.number.replace(/-0*/, '-') })}
                      </a>
                    ) : null}
                  </span>
                ))}
              </th>
              {SUMS.map(name => (
                <td key={name} className="numeric" data-name={t(`receipts:statement.${name}`)}>
                  {format.money(row[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          {page.totals.map(total => (
            <tr key={total.owed.currency}>
              <th scope="row">{t('receipts:statement.total')}</th>
              {SUMS.map(name => (
                <td key={name} className="numeric" data-name={t(`receipts:statement.${name}`)}>
                  {format.money(total[name])}
                </td>
              ))}
            </tr>
          ))}
        </tfoot>
      </table>
    </section>
  )
}
