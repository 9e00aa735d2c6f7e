import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOf } from './csv.ts'

const columns = [
  { key: 'name', label: 'Nom', text: (row: readonly string[]) => row[0] ?? '' },
  { key: 'amount', label: 'Montant', numeric: true, text: (row: readonly string[]) => row[1] ?? '' },
]

const whole = async (pieces: AsyncIterable<string>) => (await Array.fromAsync(pieces)).join('')

test('a list leaves as CSV that a French spreadsheet opens and that runs nothing, page after page', async () => {
  const pages = [
    [['El Alaoui; "Méryem"', '1\u202f234,50']],
    [
      ['=cmd()', '-5,00'],
      ['@x', ''],
    ],
  ]
  assert.equal(
    await whole(csvOf(columns, pages, 'fr')),
    '\ufeffNom;Montant\r\n"El Alaoui; ""Méryem""";"1\u202f234,50"\r\n\'=cmd();"-5,00"\r\n\'@x;\r\n',
  )
  assert.equal(await whole(csvOf(columns, [], 'en')), '\ufeffNom,Montant\r\n')
})
