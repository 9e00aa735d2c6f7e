import type { Month } from '#kernel'
import type { Doors, StaffMember } from '../src/web/context.ts'

export const exampleStaff: StaffMember = {
  id: '0199f000-0000-7000-8000-000000000001' as StaffMember['id'],
  name: 'Salma Benjelloun',
  email: 'salma@example.org',
}

const nothing = async () => undefined

/** Doors filled with a few believable values, for tests of the pages alone. Nothing of it is in the product. */
export function exampleDoors(overrides: Partial<Doors> = {}): Doors {
  return {
    site: {
      country: 'ma',
      countryName: { fr: 'Maroc', ar: 'المغرب', en: 'Morocco' },
      timeZone: 'Africa/Casablanca',
      accent: { light: '#9a1b2e', dark: '#f0939f' },
      modelled: true,
      contact: {
        phone: '05 00 00 00 00',
        office: { fr: 'Le bureau de votre commune', ar: 'مكتب جماعتكم', en: 'The office of your commune' },
      },
    },
    programmes: async () => [
      {
        id: 'ma/asd',
        name: { fr: 'Aide sociale directe', ar: 'الدعم الاجتماعي المباشر', en: 'Direct social assistance' },
        says: {
          fr: 'Une allocation mensuelle pour les enfants, ou un forfait pour les ménages sans enfant.',
          ar: 'إعانة شهرية عن الأطفال أو إعانة جزافية للأسر بدون أطفال.',
          en: 'A monthly allowance for children, or a lump sum for households without children.',
        },
        from: '2023-12' as Month,
        to: null,
      },
      {
        id: 'ma/tayssir',
        name: { fr: 'Tayssir', ar: 'تيسير', en: 'Tayssir' },
        says: {
          fr: 'Un transfert par élève, tant qu’il va à l’école.',
          ar: 'تحويل عن كل تلميذ ما دام يتابع دراسته.',
          en: 'A transfer per pupil, as long as the pupil attends.',
        },
        from: '2018-12' as Month,
        to: '2023-11' as Month,
      },
    ],
    staff: {
      of: async headers => (headers.get('cookie')?.includes('session=') ? exampleStaff : undefined),
      signIn: async (_headers, { password }) =>
        password === 'right'
          ? { ok: true, value: { cookies: ['session=1; Path=/; HttpOnly; SameSite=Lax'] } }
          : { ok: false, refusal: { code: 'credentials_refused' } },
      signOut: async () => ({ cookies: ['session=; Path=/; Max-Age=0'] }),
      demonstration: async () => [],
    },
    console: {
      work: async () => ({ households: 0, members: 0, determinations: [], paymentRuns: [], regions: [] }),
      search: async () => ({ total: 0, hits: [] }),
      household: nothing,
      decision: nothing,
      paymentRuns: async () => [],
      paymentRun: nothing,
      instructions: async () => [],
      paymentFile: nothing,
    },
    ready: async () => true,
    ...overrides,
  }
}
