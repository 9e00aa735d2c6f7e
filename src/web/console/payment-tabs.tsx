import { Link, useLocation } from 'react-router'
import { useSpeech } from '../speech-context.tsx'
import { useMay } from './may.ts'

const tabs = [
  { name: 'runs', to: '/console/payments', needs: 'payment_run.read' },
  { name: 'month', to: '/console/payments/month', needs: 'payment_run.read' },
  { name: 'answers', to: '/console/payments/answers', needs: 'payment_run.read' },
  { name: 'exceptions', to: '/console/payments/exceptions', needs: 'payment_run.read' },
  { name: 'waiting', to: '/console/payments/waiting', needs: 'payment_run.read' },
  { name: 'points', to: '/console/points', needs: 'payment_run.read' },
  { name: 'budgets', to: '/console/payments/budgets', needs: 'budget.read' },
  { name: 'limits', to: '/console/payments/limits', needs: 'staff.read' },
  { name: 'ledger', to: '/console/payments/ledger', needs: 'budget.read' },
  { name: 'providers', to: '/console/payments/providers', needs: 'budget.read' },
  { name: 'ways', to: '/console/payments/ways', needs: 'budget.read' },
] as const

/** The pages of payments, as far as the reader opens them. */
export function PaymentTabs() {
  const { t } = useSpeech()
  const { pathname } = useLocation()
  const may = useMay()
  const open = tabs.filter(({ needs }) => may(needs))
  if (open.length < 2) return null
  return (
    <nav className="pages payment-tabs" aria-label={t('cash:tabs')}>
      {open.map(({ name, to }) =>
        pathname === to ? (
          <strong key={name} aria-current="page">
            {t(`cash:tab.${name}`)}
          </strong>
        ) : (
          <Link key={name} to={to}>
            {t(`cash:tab.${name}`)}
          </Link>
        ),
      )}
    </nav>
  )
}
