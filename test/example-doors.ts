import { err, type Month } from '#kernel'
import { permissionNames, type SignedIn } from '#security'
import type { Doors } from '../src/web/context.ts'

export const exampleStaff: SignedIn = {
  id: '0199f000-0000-7000-8000-000000000001' as SignedIn['id'],
  name: 'Salma Benjelloun',
  email: 'salma@example.org',
  session: '0199f000-0000-7000-8000-000000000002' as SignedIn['session'],
  secondFactor: false,
  secondFactorAt: undefined,
}

const nothing = async () => undefined

const exampleAccount: Doors['staff']['account'] = {
  secondFactor: async () => ({
    state: 'begun',
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    uri: 'otpauth://totp/Socle:salma%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Socle&algorithm=SHA1&digits=6&period=30',
  }),
  beginSecondFactor: nothing,
  confirmSecondFactor: async () => ({ ok: true, value: { recoveryCodes: ['abcde-fghjk', 'mnpqr-stuvw'] } }),
  removeSecondFactor: async () => ({ ok: false, refusal: { code: 'code_wrong' } }),
  sessions: async () => [
    {
      id: exampleStaff.session,
      current: true,
      openedAt: new Date(Date.UTC(2026, 10, 22, 8)),
      seenAt: new Date(Date.UTC(2026, 10, 22, 9, 30)),
      address: '192.0.2.7',
      agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0',
    },
    {
      id: '0199f000-0000-7000-8000-000000000003' as SignedIn['session'],
      current: false,
      openedAt: new Date(Date.UTC(2026, 10, 20, 14, 5)),
      seenAt: new Date(Date.UTC(2026, 10, 21, 17)),
      address: '2001:db8::1',
      agent: undefined,
    },
  ],
  endSessions: async () => 1,
  changePassword: async () => ({ ok: false, refusal: { code: 'password_too_short', least: 12 } }),
}

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
    partners: {
      service: async () => ({ ok: false, refusal: { code: 'key_unknown' } }),
      authenticate: async () => ({ authentic: false }),
      askCode: undefined,
      confirmCode: async () => ({ authentic: false }),
    },
    staff: {
      of: async headers => (headers.get('cookie')?.includes('session=') ? exampleStaff : undefined),
      signIn: async (_headers, { password }) =>
        password === 'right'
          ? { ok: true, value: { cookies: ['session=1; Path=/; HttpOnly; SameSite=Lax'], codeAwaited: false } }
          : { ok: false, refusal: { code: 'credentials_refused' } },
      codeAwaited: async headers => headers.get('cookie')?.includes('waiting=') ?? false,
      outside: undefined,
      beginOutside: async () => undefined,
      finishOutside: async () => ({ ok: false, refusal: { code: 'outside_refused' } }),
      invitation: async token =>
        token === 'known' ? { name: 'Aïcha Nouvelle', email: 'aicha@example.org' } : undefined,
      acceptInvitation: async () => ({ ok: false, refusal: { code: 'password_common' } }),
      enterCode: async () => ({ ok: false, refusal: { code: 'code_wrong' } }),
      account: exampleAccount,
      signOut: async () => ({ cookies: ['session=; Path=/; Max-Age=0'] }),
      demonstration: async () => [],
    },
    citizen: undefined,
    preRegistration: undefined,
    processings: async () => ({
      law: { name: { fr: 'Loi', ar: 'قانون', en: 'Law' }, source: 'Loi', confidence: 'read' },
      rows: [],
    }),
    console: {
      drafts: async () => ({ places: [], drafts: [], found: undefined }),
      beginDeclaration: async () => ({ ok: false, refusal: { code: 'place_unknown' } }),
      beginAgain: async () => ({ ok: false, refusal: { code: 'household_unknown' } }),
      declarationSection: nothing,
      declarationSummary: nothing,
      saveDeclaration: async () => ({ ok: false, refusal: { code: 'draft_unknown' } }),
      submitDeclaration: async () => ({ ok: false, refusal: { code: 'draft_unknown' } }),
      updateDeclaration: async () => ({ ok: false, refusal: { code: 'draft_unknown' } }),
      attachPaper: async () => ({ ok: false, refusal: { code: 'draft_unknown' } }),
      paper: nothing,
      papersOfHousehold: async () => [],
      dropDeclaration: async () => ({ ok: false, refusal: { code: 'draft_unknown' } }),
      simulationHome: async () => ({ snapshots: [], packs: [], studies: [] }),
      simulationForm: nothing,
      startSimulation: nothing,
      simulation: nothing,
      cancelSimulation: nothing,
      corrections: nothing,
      quality: nothing,
      visits: nothing,
      drawVisits: async () => ({ ok: false, refusal: { code: 'seed_missing' } }),
      sample: nothing,
      recordVisit: async () => ({ ok: false, refusal: { code: 'visit_unknown' } }),
      renewals: nothing,
      duplicates: async () => ({ rows: [], total: 0, perPage: 25 }),
      settledDuplicates: async () => [],
      settledOf: async () => [],
      duplicate: nothing,
      settleDuplicate: async () => ({ ok: false, refusal: { code: 'unknown_person' } }),
      askCorrection: async () => ({ ok: false, refusal: { code: 'reason_missing' } }),
      answerCorrection: async () => ({ ok: false, refusal: { code: 'motive_missing' } }),
      personalFile: nothing,
      access: async () => ({ permissions: permissionNames, emergencies: [] }),
      tooClose: nothing,
      answerRun: async () => ({ ok: false, refusal: { code: 'reason_missing' } }),
      conflicts: async () => [],
      declareConflict: async () => ({ ok: false, refusal: { code: 'household_unknown' } }),
      endConflict: async () => ({ ok: false, refusal: { code: 'conflict_unknown' } }),
      openEmergency: async () => ({ ok: false, refusal: { code: 'household_unknown' } }),
      emergencies: async () => [],
      reviewEmergency: async () => ({ ok: false, refusal: { code: 'emergency_unknown' } }),
      proposals: async () => [],
      answerProposal: async () => ({ ok: false, refusal: { code: 'proposal_unknown' } }),
      forbidden: async (_reader, permission) => ({ forbidden: permission, roles: [], ended: undefined, ask: [] }),
      work: async () => ({ households: 0, members: 0, determinations: [], paymentRuns: [], regions: [] }),
      search: async () => ({ total: 0, more: false, hits: [], closed: 0 }),
      household: nothing,
      decision: nothing,
      paymentRuns: async () => [],
      person: nothing,
      registrations: async () => ({ total: 0, rows: [] }),
      registrationForm: nothing,
      checkRegistration: async () => ({ ok: false, refusal: [] }),
      recordRegistration: async () => ({ ok: false, refusal: { code: 'unanswered' } }),
      closeRegistration: async () => false,
      paymentRun: nothing,
      instructions: async () => [],
      paymentFile: nothing,
      audit: async () => [],
      anomalies: async () => [],
      eventPage: async () => undefined,
      previewEvent: async () => err({ code: 'household_unknown' }),
      recordEvent: async () => err({ code: 'household_unknown' }),
      answerAnomaly: async () => ({ ok: false, refusal: { code: 'anomaly_unknown' } }),
    },
    ready: async () => true,
    ...overrides,
  }
}
