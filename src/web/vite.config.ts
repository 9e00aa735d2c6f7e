import { reactRouter } from '@react-router/dev/vite'
import { defineConfig } from 'vite'

const chrome90 = { chrome: 90 << 16, firefox: 90 << 16, safari: 14 << 16 }

export default defineConfig({
  plugins: [reactRouter()],
  envDir: false,
  // The server module carries its packages, so that it starts from any folder, also one without node_modules above it.
  ssr: { noExternal: true },
  // Citizens come with old phones: Lightning CSS lowers light-dark() and the rest for browsers of 2021.
  css: { transformer: 'lightningcss', lightningcss: { targets: chrome90 } },
  build: { assetsInlineLimit: 0, emptyOutDir: true, reportCompressedSize: false, sourcemap: false },
})
