import { createHash } from 'node:crypto'

type Accent = { readonly light: string; readonly dark: string }
export type Theme = { readonly path: string; readonly css: string }

/**
 * The country's accent as a style sheet of its own, since a citizen page may carry no inline style. What lies over the
 * accent and what it lies over keep the contrast of WCAG 2.2 AA: a shade that does not is darkened or lightened until it does.
 */
export function themeOf(accent: Accent): Theme {
  const light = readable(accent.light, '#ffffff', '#000000')
  const dark = readable(accent.dark, '#161b19', '#ffffff')
  const onLight = variables({
    accent: light,
    strong: mix(light, '#000000', 0.3),
    soft: mix(light, '#ffffff', 0.92),
    band: light,
  })
  const onDark = variables({
    accent: dark,
    strong: mix(dark, '#ffffff', 0.35),
    soft: mix(dark, '#161b19', 0.86),
    band: mix(light, '#000000', 0.45),
  })
  const css = [
    `:root{${onLight}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-mantine-color-scheme=light]){${onDark}}}`,
    `:root[data-mantine-color-scheme=dark]{${onDark}}`,
  ].join('\n')
  return { path: `/theme-${createHash('sha256').update(css).digest('hex').slice(0, 12)}.css`, css }
}

function variables({ accent, strong, soft, band }: Record<'accent' | 'strong' | 'soft' | 'band', string>): string {
  return `--accent:${accent};--accent-strong:${strong};--accent-soft:${soft};--band:${band}`
}

/** The shade itself, moved towards `towards` by as little as gives 4.5 to 1 on `ground`. */
function readable(shade: string, ground: string, towards: string): string {
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(shade, towards, share)
    if (contrast(tried, ground) >= 5) return tried
  }
  return towards
}

/** WCAG 2.2 contrast ratio of two colours `#rrggbb`, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map(channel => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function mix(colour: string, other: string, share: number): string {
  const towards = channels(other)
  const mixed = channels(colour).map((channel, index) => Math.round(channel + (towards[index]! - channel) * share))
  return `#${mixed.map(channel => channel.toString(16).padStart(2, '0')).join('')}`
}

function channels(colour: string): number[] {
  return [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16))
}
