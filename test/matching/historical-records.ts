import { Draw, day, words } from './draw.ts'
import { misheard, typo } from './errors.ts'
import { type Generated, shuffled } from './person-records.ts'

const HEADER = [
  'unique_id',
  'cluster',
  'first_name',
  'surname',
  'dob',
  'birth_place',
  'postcode_fake',
  'gender',
  'occupation',
]
const MEN =
  'john william thomas george james henry charles robert edward richard joseph samuel francis alfred frederick walter arthur david peter benjamin daniel hugh edmund ralph philip simon stephen patrick anthony nathaniel matthew alexander'
const WOMEN =
  'mary elizabeth sarah ann jane margaret catherine alice emma frances charlotte eleanor harriet dorothy florence edith lucy martha caroline isabella matilda rebecca'
const SHORT: Readonly<Record<string, string>> = {
  ...{ john: 'jack', william: 'will', thomas: 'tom', robert: 'bob', edward: 'ned', richard: 'dick', henry: 'harry' },
  ...{ charles: 'charlie', joseph: 'joe', samuel: 'sam', francis: 'frank', frederick: 'fred', alexander: 'alec' },
  ...{ mary: 'molly', elizabeth: 'eliza', margaret: 'maggie', catherine: 'kate', dorothy: 'dot' },
}
const TRADES =
  'politician writer painter engineer clergyman soldier physician merchant actor lawyer composer botanist architect journalist historian poet judge farmer banker astronomer'

/**
 * People of earlier centuries, each in several records copied from other papers, a quarter of the fields missing: in the
 * manner of the sets made of public figures. Families share surname and place; many days of birth are only a year.
 */
export function historicalRecords(asked: { seed: number; persons: number; most: number; missing: number }): Generated {
  const draw = new Draw(asked.seed)
  const lists = {
    men: [...MEN.split(' '), ...words(draw, 250)],
    women: [...WOMEN.split(' '), ...words(draw, 150)],
    surnames: words(draw, 4000),
    places: words(draw, 700).map((place, at) => ({ place, code: `${place.slice(0, 2)}${at % 30}` })),
    trades: [...TRADES.split(' '), ...words(draw, 80)],
  }
  const rows: string[][] = []
  const person: string[] = []
  let family = { surname: '', home: lists.places[0]! }
  for (let number = 0; number < asked.persons; number++) {
    const related = number > 0 && draw.chance(0.15)
    if (!related) family = { surname: draw.ranked(lists.surnames, 80), home: draw.ranked(lists.places, 40) }
    const truth = personOf(draw, lists, family)
    const records = 1 + draw.below(asked.most)
    for (let record = 0; record < records; record++) {
      rows.push([`Q${number}-${record}`, `Q${number}`, ...(record === 0 ? truth : copied(truth, asked.missing, draw))])
      person.push(`Q${number}`)
    }
  }
  return { header: HEADER, ...shuffled(rows, person, draw) }
}

type Family = { surname: string; home: { place: string; code: string } }

function personOf(
  draw: Draw,
  lists: { men: string[]; women: string[]; trades: string[] },
  { surname, home }: Family,
): string[] {
  const isWoman = draw.chance(0.2)
  const born = day(draw, 1600, 1920)
  return [
    draw.ranked(isWoman ? lists.women : lists.men, 8),
    surname,
    draw.chance(0.25) ? `${born.slice(0, 4)}-01-01` : born,
    home.place,
    `${home.code} ${draw.below(10)}${draw.one([...'abdefghjlnpqrstuwxyz'])}${draw.one([...'abdefghjlnpqrstuwxyz'])}`,
    isWoman ? 'female' : 'male',
    draw.ranked(lists.trades, 4),
  ]
}

function copied(truth: readonly string[], missing: number, draw: Draw): string[] {
  const [first, surname, born, place, postcode, sex, trade] = truth as [string, ...string[]]
  return [
    draw.chance(0.12) ? (SHORT[first] ?? first) : draw.chance(0.05) ? first[0]! : slip(first, 0.12, draw),
    draw.chance(0.03) ? first : slip(surname!, 0.15, draw),
    draw.chance(0.06) ? `${born!.slice(0, 4)}-01-01` : draw.chance(0.1) ? typo(born!, draw) : born!,
    slip(place!, 0.06, draw),
    draw.chance(0.25) ? elsewhere(postcode!, draw) : postcode!,
    sex!,
    draw.chance(0.05) ? draw.one(TRADES.split(' ')) : trade!,
  ].map((text, at) => (draw.chance(at < 2 ? missing * 0.4 : missing * 1.24) ? '' : text))
}

function slip(text: string, share: number, draw: Draw): string {
  if (!draw.chance(share)) return text
  return draw.chance(0.3) ? misheard(text, draw) : typo(text, draw)
}

/** A neighbour's postcode: another ending, sometimes another district. */
function elsewhere(postcode: string, draw: Draw): string {
  const [area, end] = postcode.split(' ') as [string, string]
  return `${draw.chance(0.3) ? area.replace(/\d+$/, String(draw.below(30))) : area} ${draw.below(10)}${end.slice(1, 2)}${draw.one([...'abdefghjlnp'])}`
}
