import type { Doors, StaffMember } from '../src/web/context.ts'

const staff: StaffMember = {
  id: '0199f000-0000-7000-8000-000000000001' as StaffMember['id'],
  name: 'Salma Benjelloun',
  email: 'salma@example.org',
  language: undefined,
}

/** Doors filled with believable values, for tests of the pages alone. Nothing of it is in the product. */
export function exampleDoors(overrides: Partial<Doors> = {}): Doors {
  return {
    site: {
      country: 'ma',
      countryName: { fr: 'Maroc', ar: 'المغرب', en: 'Morocco' },
      accent: 'green',
      demonstration: true,
      help: {
        phone: '0800 00 00 00',
        office: { fr: 'Le bureau de votre commune', ar: 'مكتب جماعتكم', en: 'The office of your commune' },
        hours: {
          fr: 'Du lundi au vendredi, de 8 h 30 à 16 h 30',
          ar: 'من الاثنين إلى الجمعة، من 8:30 إلى 16:30',
          en: 'Monday to Friday, 8.30 am to 4.30 pm',
        },
      },
    },
    programmes: {
      open: async () => [
        {
          id: 'ma/asd',
          name: { fr: 'Aide sociale directe', ar: 'الدعم الاجتماعي المباشر', en: 'Direct social assistance' },
          summary: {
            fr: 'Une allocation mensuelle pour les enfants, ou un forfait pour les ménages sans enfant.',
            ar: 'إعانة شهرية عن الأطفال أو إعانة جزافية للأسر بدون أطفال.',
            en: 'A monthly allowance for children, or a lump sum for households without children.',
          },
          from: '2023-12',
          until: undefined,
        },
        {
          id: 'ma/amo-tadamon',
          name: { fr: 'AMO Tadamon', ar: 'أمو تضامن', en: 'AMO Tadamon' },
          summary: undefined,
          from: '2022-12',
          until: undefined,
        },
        {
          id: 'ma/tayssir',
          name: { fr: 'Tayssir', ar: 'تيسير', en: 'Tayssir' },
          summary: undefined,
          from: '2018-12',
          until: '2023-11',
        },
      ],
    },
    staff: {
      of: async headers => (headers.get('cookie')?.includes('session=') ? staff : undefined),
      signIn: async (_headers, { password }) =>
        password === 'right'
          ? { ok: true, value: { cookies: ['session=1; Path=/; HttpOnly; SameSite=Lax'] } }
          : { ok: false, refusal: { code: 'credentials_refused' } },
      signOut: async () => ({ cookies: ['session=; Path=/; Max-Age=0'] }),
    },
    console: {
      work: async () => ({
        households: 20000,
        members: 84321,
        scored: 20000,
        determinations: [],
        paymentRuns: [],
        regions: [],
      }),
      search: async () => ({ total: 0, hits: [] }),
    },
    ready: async () => true,
    ...overrides,
  }
}
