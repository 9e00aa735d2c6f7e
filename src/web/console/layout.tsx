import '@mantine/core/styles.css'
import { MantineProvider } from '@mantine/core'
import { Outlet } from 'react-router'
export const handle = { hydrates: true }
export default function ConsoleLayout() {
  return (
    <MantineProvider>
      <Outlet />
    </MantineProvider>
  )
}
