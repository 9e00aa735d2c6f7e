import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayOrderOf, kindOfName, kindOfValues } from './guess-kind.ts'

const names: Record<NonNullable<ReturnType<typeof kindOfName>>, string[]> = {
  id: ['id', 'rec_id', 'unique_id', 'ID', 'identifiant'],
  truth: ['cluster', 'entity_id', 'cluster_id'],
  given_name: ['given_name', 'first_name', 'firstName', 'prénom', 'forename'],
  surname: ['surname', 'last_name', 'nom', 'family_name', 'nom_de_famille'],
  name: ['name', 'full_name', 'nom complet'],
  birth_date: ['dob', 'date_of_birth', 'birth_date', 'date de naissance', 'DDN'],
  sex: ['sex', 'gender', 'sexe'],
  phone: ['phone', 'telephone', 'tel', 'mobile_number'],
  document: ['soc_sec_id', 'ssn', 'cin', 'CNIE', 'national_id', 'passport_no'],
  postcode: ['postcode', 'postcode_fake', 'zip', 'code_postal'],
  place: ['suburb', 'birth_place', 'city', 'commune', 'lieu de naissance', 'place of birth'],
  text: ['address_1', 'adresse', 'occupation', 'profession'],
  number: ['street_number', 'house_no'],
  word: ['state', 'nationality'],
}
for (const [kind, columns] of Object.entries(names)) {
  test(`${columns.join(', ')}: ${kind}`, () => {
    for (const column of columns) assert.equal(kindOfName(column), kind, column)
  })
}

const values: [string, string[], ReturnType<typeof kindOfValues>][] = [
  ['dates', ['1980-05-12', '12/05/1980', '19800512'], 'birth_date'],
  ['sexes', ['M', 'F', 'F'], 'sex'],
  ['telephones', ['0612345678', '+212 6 12 34 56 78'], 'phone'],
  ['house numbers', ['1', '12', '123'], 'number'],
  ['numbers of documents', ['BK123456', 'J99887'], 'document'],
  ['texts', ['rue des Fleurs', 'avenue Hassan II'], 'text'],
  ['nothing', ['', ' '], undefined],
]
for (const [what, cells, kind] of values) {
  test(`a column of ${what} is told by its values`, () => assert.equal(kindOfValues(cells), kind))
}

test('a day above 12 tells the order of day and month', () => {
  assert.equal(dayOrderOf(['03/04/1980', '05/25/1990']), 'month_first')
  assert.equal(dayOrderOf(['03/04/1980', '25/05/1990']), 'day_first')
})
