import { z } from 'zod'

/** What a column of orders may hold. */
const orderValues = [
  'end_to_end_id',
  'amount',
  'amount_minor',
  'currency',
  'creditor',
  'account',
  'account_kind',
  'remittance',
  'execution_date',
  'run',
  'debtor_account',
] as const
export type OrderValue = (typeof orderValues)[number]

const separator = z.enum([',', ';', '\t', '|'])
const header = z.string().min(1).max(80)
const words = z.array(z.string().min(1).max(60)).min(1)

/** A column holds a value of the payment, or the same text in every line. */
const column = z.union([
  z.strictObject({ header, value: z.enum(orderValues) }),
  z.strictObject({ header, text: z.string().max(140) }),
])

/** How the files of one provider look: its mapping, a YAML file of the installation. */
export const csvMappingSchema = z.strictObject({
  orders: z.strictObject({
    separator: separator.default(';'),
    decimal: z.enum(['.', ',']).default('.'),
    /** false where the first line is a payment already. */
    titles: z.boolean().default(true),
    columns: z
      .array(column)
      .min(1)
      .refine(columns => columns.some(one => 'value' in one && one.value === 'end_to_end_id'), {
        error: 'one column holds end_to_end_id: without it no answer finds its payment',
      })
      .refine(columns => columns.some(one => 'value' in one && one.value.startsWith('amount')), {
        error: 'one column holds amount or amount_minor',
      }),
  }),
  answers: z.strictObject({
    separator: separator.default(';'),
    decimal: z.enum(['.', ',']).default('.'),
    days: z.enum(['day_first', 'month_first']).default('day_first'),
    /** Which of the file's columns says what; those left out are not in the file. */
    columns: z.strictObject({
      end_to_end_id: header,
      status: header,
      reason: header.optional(),
      amount: header.optional(),
      currency: header.optional(),
      day: header.optional(),
      name: header.optional(),
      text: header.optional(),
      reference: header.optional(),
      /** What the provider took for the payment, in its currency. */
      fee: header.optional(),
    }),
    /** Taken where the file has no column of currencies. */
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    /** The provider's words for each outcome; a word that stands nowhere refuses the file. */
    settled: words,
    returned: words,
    pending: z.array(z.string().min(1).max(60)).default([]),
  }),
})

export type CsvMapping = z.infer<typeof csvMappingSchema>
