import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOf } from './csv.ts'

const columns = [
  { key: 'name', label: 'Nom', text: (row: readonly string[]) => row[0] ?? '' },
  { key: 'amount', label: 'Montant', numeric: true, text: (row: readonly string[]) => row[1] ?? '' },
]

test('a list leaves as CSV that a French spreadsheet opens and that runs nothing', () => {
  const rows = [
    ['El Alaoui; "Méryem"', '1\u202f234,50'],
    ['=cmd()', '-5,00'],
    ['@x', ''],
  ]
  assert.equal(
    csvOf(columns, rows, 'fr'),
    '\ufeffNom;Montant\r\n"El Alaoui; ""Méryem""";"1\u202f234,50"\r\n\'=cmd();"-5,00"\r\n\'@x;\r\n',
  )
  assert.match(csvOf(columns, [], 'en'), /^\ufeffNom,Montant\r\n$/)
})
