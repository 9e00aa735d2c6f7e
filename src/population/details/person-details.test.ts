import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { newId } from '#kernel'
import { checkDocument, type DocumentFault, type PersonDocument, sameNumber } from './document.ts'
import { checkDetails, type DetailFault, type DetailField, type PersonDetails } from './person-details.ts'

const terms = { country: 'ma', today: '2026-11-22', isTerritory: (code: string) => /^0[1-9]\.\d{3}$/.test(code) }
const self = newId<'Person'>()

const AMINA: PersonDetails = {
  territory: '07.351',
  givenName: 'Amina Fatima',
  familyName: 'El Idrissi',
  givenNameAr: 'أمينة فاطمة',
  familyNameAr: 'الإدريسي',
  fatherName: 'Ben Ahmed',
  fatherNameAr: null,
  motherName: null,
  motherNameAr: null,
  nickname: 'Mina',
  nicknameAr: null,
  sex: 'female',
  birthDate: '1988-03-07',
  birthPrecision: 'day',
  birthPlaceCode: '06.141',
  birthPlace: null,
  father: null,
  mother: null,
  nationalities: ['MA', 'FR'],
  phone: '0612345678',
  address: '12, rue des Oliviers',
  photo: 'a'.repeat(64),
  absentSince: null,
  biometricSystem: null,
  biometricReference: null,
}

const faultsOf = (change: Partial<PersonDetails>): string[] => {
  const checked = checkDetails({ ...AMINA, ...change }, { ...terms, person: self })
  return checked.ok ? [] : checked.refusal.map(({ field, code }) => `${field} ${code}`)
}

describe('the details of a person', () => {
  test('are recorded in one form: the telephone with its country, texts without stray spaces', () => {
    const checked = checkDetails({ ...AMINA, givenName: '  Amina   Fatima ', nickname: '   ' }, terms)
    assert.ok(checked.ok)
    assert.equal(checked.value.phone, '+212612345678')
    assert.equal(checked.value.givenName, 'Amina Fatima')
    assert.equal(checked.value.nickname, null)
  })

  for (const [precision, date] of [
    ['day', '1988-03-07'],
    ['month', '1988-03-01'],
    ['year', '1988-01-01'],
    ['estimated', '1988-01-01'],
  ] as const) {
    test(`of a birth date known as ${precision}, no more is kept than is known`, () => {
      const checked = checkDetails({ ...AMINA, birthPrecision: precision }, terms)
      assert.ok(checked.ok)
      assert.equal(checked.value.birthDate, date)
    })
  }

  const right: [string, Partial<PersonDetails>][] = [
    ['no family name', { familyName: null, familyNameAr: null }],
    ['names in Arabic script alone', { givenName: null, familyName: null }],
    ['a name with an apostrophe, a hyphen and a dot', { familyName: "N'Diaye-Sow Jr." }],
    ['no date of birth', { birthDate: null, birthPrecision: null }],
    ['a telephone of another country', { phone: '+221771234567' }],
    ['born abroad, in words', { birthPlaceCode: null, birthPlace: 'Lyon' }],
  ]
  for (const [what, change] of right) test(`take ${what}`, () => assert.deepEqual(faultsOf(change), []))

  const wrong: [Partial<PersonDetails>, DetailField, DetailFault['code']][] = [
    [{ givenName: null, familyName: null, givenNameAr: ' ', familyNameAr: '' }, 'givenName', 'no_name'],
    [{ givenName: 'Amina 2' }, 'givenName', 'name_malformed'],
    [{ nickname: '<b>Mina</b>' }, 'nickname', 'name_malformed'],
    [{ familyName: 'E'.repeat(121) }, 'familyName', 'too_long'],
    [{ birthDate: '1988-02-30' }, 'birthDate', 'date_malformed'],
    [{ birthDate: '2026-11-23' }, 'birthDate', 'date_in_future'],
    [{ birthDate: '1879-12-31' }, 'birthDate', 'before_1880'],
    [{ birthPrecision: null }, 'birthPrecision', 'precision_unknown'],
    [{ birthPlaceCode: '99' }, 'birthPlaceCode', 'territory_unknown'],
    [{ territory: '' }, 'territory', 'territory_unknown'],
    [{ phone: '12' }, 'phone', 'phone_malformed'],
    // Possible by its length alone: Morocco gives no numbers that begin so.
    [{ phone: '+212112345678' }, 'phone', 'phone_malformed'],
    [{ nationalities: ['XQ'] }, 'nationalities', 'nationality_unknown'],
    [{ nationalities: ['MA', 'MA'] }, 'nationalities', 'nationality_unknown'],
    [{ nationalities: [] }, 'nationalities', 'nationality_unknown'],
    [{ photo: 'photo.jpg' }, 'photo', 'hash_malformed'],
    [{ father: self }, 'father', 'own_parent'],
    [{ mother: self }, 'mother', 'own_parent'],
    [{ absentSince: '2027-01-01' }, 'absentSince', 'date_in_future'],
    [{ address: 'x'.repeat(301) }, 'address', 'too_long'],
    [{ biometricSystem: 'bnbi' }, 'biometricReference', 'half_a_reference'],
  ]
  for (const [change, field, code] of wrong) {
    test(`${JSON.stringify(change).slice(0, 60)} breaks ${field} ${code}`, () =>
      assert.deepEqual(faultsOf(change), [`${field} ${code}`]))
  }

  test('whatever is typed is refused by a name or taken, and what is taken is taken again as it stands', () => {
    const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 40 }), { nil: null })
    const typed = fc.record({ givenName: text, familyNameAr: text, nickname: text, phone: text, address: text })
    fc.assert(
      fc.property(typed, change => {
        const once = checkDetails({ ...AMINA, ...change }, terms)
        if (!once.ok) return assert.ok(once.refusal.length > 0)
        assert.deepEqual(checkDetails(once.value, terms), once)
      }),
    )
  })
})

describe('a document', () => {
  const CARD: PersonDocument = {
    id: newId<'PersonDocument'>(),
    type: 'national_id',
    number: ' ab 123456 ',
    issuer: 'DGSN',
    issuedOn: '2020-01-15',
    expiresOn: '2030-01-15',
  }

  test('keeps its number in capitals; what equal numbers share has no punctuation', () => {
    const checked = checkDocument(CARD, terms)
    assert.ok(checked.ok && checked.value.number === 'AB 123456')
    assert.equal(sameNumber('ab-12 34.56'), sameNumber('AB١٢٣٤٥٦'))
  })

  test('that has expired still says who somebody was', () => {
    assert.ok(checkDocument({ ...CARD, expiresOn: '2021-01-01' }, terms).ok)
  })

  const wrong: [Partial<Record<keyof PersonDocument, string | null>>, DocumentFault['field'], DocumentFault['code']][] =
    [
      [{ type: 'library_card' }, 'type', 'type_unknown'],
      [{ number: '' }, 'number', 'number_malformed'],
      [{ number: '../../etc' }, 'number', 'number_malformed'],
      [{ number: '1'.repeat(41) }, 'number', 'number_malformed'],
      [{ issuer: 'x'.repeat(121) }, 'issuer', 'too_long'],
      [{ issuedOn: '15/01/2020' }, 'issuedOn', 'date_malformed'],
      [{ issuedOn: '2026-11-23' }, 'issuedOn', 'date_in_future'],
      [{ expiresOn: '2030-13-01' }, 'expiresOn', 'date_malformed'],
      [{ expiresOn: '2019-01-01' }, 'expiresOn', 'ends_before_it_begins'],
    ]
  for (const [change, field, code] of wrong) {
    test(`with ${JSON.stringify(change).slice(0, 40)} breaks ${field} ${code}`, () => {
      const checked = checkDocument({ ...CARD, ...change } as PersonDocument, terms)
      assert.deepEqual(checked.ok ? [] : checked.refusal, [{ field, code }])
    })
  }
})
