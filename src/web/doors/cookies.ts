/** A cookie for this site alone, gone with the browser; an empty value takes it away. */
export function cookieText(name: string, value: string, secure: boolean): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${value === '' ? '; Max-Age=0' : ''}`
}

export function cookieIn(headers: Headers, name: string): string {
  const pairs = headers.get('cookie')?.split(';') ?? []
  return pairs.map(pair => pair.trim().split('=')).find(([key]) => key === name)?.[1] ?? ''
}
