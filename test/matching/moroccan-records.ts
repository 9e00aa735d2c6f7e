import { Draw, day, words } from './draw.ts'
import { typo } from './errors.ts'
import { type Generated, shuffled } from './person-records.ts'

const HEADER = ['id', 'prenom', 'nom', 'sexe', 'date_naissance', 'telephone', 'cin', 'commune']

const MEN =
  'محمد Mohamed Mohammed Muhammad|أحمد Ahmed Ahmad|يوسف Youssef Yousef|الحسن Lahcen Lahsen|حسين Hussein Houssein|عبد_الله Abdellah Abdallah|عبد_الكريم Abdelkrim Abdelkarim|سعيد Said Saïd|رشيد Rachid Rashid|خالد Khalid Khaled|عمر Omar Omer|علي Ali Aly|إبراهيم Brahim Ibrahim|مصطفى Mustapha Mostafa|إدريس Driss Idriss|نور_الدين Noureddine Nour_Eddine|طارق Tarik Tariq|حمزة Hamza Hamzah|مروان Marouane Marwan|ياسين Yassine Yacine|زكرياء Zakaria Zakariae|هشام Hicham Hisham|جواد Jaouad Jawad|منير Mounir Monir'
const WOMEN =
  'فاطمة Fatima Fatma|فاطمة_الزهراء Fatima_Zahra Fatimazahra|خديجة Khadija Kadija|عائشة Aicha Aïcha|زينب Zineb Zaineb|نعيمة Naima Naïma|رشيدة Rachida Rashida|أمينة Amina Amîna|مريم Meryem Mariam|سميرة Samira Samira|حنان Hanane Hanan|كريمة Karima Karima|حليمة Halima Halima|سعاد Souad Suad|غزلان Ghizlane Rizlane|إيمان Imane Iman|كوثر Kaoutar Kawtar|ليلى Laila Leila|لبنى Loubna Lubna|سلمى Salma Selma'
const SURNAMES =
  'العلوي Alaoui El_Alaoui|الإدريسي Idrissi El_Idrissi|بناني Bennani Benani|بنجلون Benjelloun Ben_Jelloun|التازي Tazi Tazzi|الفاسي Fassi El_Fassi|العمراني Amrani Lamrani|الناصري Naciri Ennaciri|الطاهري Tahiri Ettahiri|السعيدي Saidi Essaidi|المنصوري Mansouri El_Mansouri|الوزاني Ouazzani Wazzani|بنعلي Benali Ben_Ali|بنموسى Benmoussa Ben_Moussa|بوعزة Bouazza Bou_Azza|الشرقاوي Cherkaoui Charkaoui|الداودي Daoudi Eddaoudi|الخطابي El_Khattabi Khattabi|اليعقوبي El_Yaacoubi Yacoubi|آيت_علي Ait_Ali Aït_Ali|أمغار Amghar Amrar|غالي Ghali Rhali|القادري Kadiri Qadiri|المرنيسي Mernissi El_Mernissi|الريفي Rifi Errifi|السملالي Semlali Essemlali|وهبي Wahbi Ouahbi|الزياني Ziani Ezziani'

type Name = { arabic: string; spellings: string[] }

function listOf(text: string): Name[] {
  return text.split('|').map(group => {
    const [arabic, ...spellings] = group.split(' ').map(name => name.replaceAll('_', ' ')) as [string, ...string[]]
    return { arabic, spellings }
  })
}

/**
 * A register as Morocco keeps one: families with one surname, one telephone and one commune, twins among their children, days
 * of birth that are 1 January for want of a better one; and a second register of some of the people, spelled by another
 * clerk, in the other script a third of the time, with gaps and slips.
 */
export function moroccanRecords(asked: { seed: number; families: number; again: number }): Generated {
  const draw = new Draw(asked.seed)
  const lists = { men: listOf(MEN), women: listOf(WOMEN), surnames: listOf(SURNAMES), communes: words(draw, 300) }
  const rows: string[][] = []
  const person: string[] = []
  for (let number = 0; number < asked.families; number++) {
    for (const [place, truth] of family(draw, lists).entries()) {
      rows.push([`A${number}-${place}`, ...written(truth, draw, 0)])
      person.push(`${number}-${place}`)
      if (!draw.chance(asked.again)) continue
      rows.push([`B${number}-${place}`, ...written(truth, draw, 0.12)])
      person.push(`${number}-${place}`)
    }
  }
  return { header: HEADER, ...shuffled(rows, person, draw) }
}

type Person = { given: Name; surname: Name; sex: string; born: string; phone: string; card: string; commune: string }

function family(draw: Draw, lists: { men: Name[]; women: Name[]; surnames: Name[]; communes: string[] }): Person[] {
  const surname = draw.ranked(lists.surnames, 12)
  const commune = draw.ranked(lists.communes, 40)
  const phone = `06${String(10_000_000 + draw.below(90_000_000))}`
  const taken = new Set<Name>()
  let before = ''
  return Array.from({ length: 2 + draw.below(5) }, (_, place) => {
    const isWoman = place === 1 || (place > 1 && draw.chance(0.5))
    let given = draw.ranked(isWoman ? lists.women : lists.men, 8)
    for (let turn = 0; turn < 5 && taken.has(given); turn++) given = draw.ranked(isWoman ? lists.women : lists.men, 8)
    taken.add(given)
    const isTwin = place > 2 && draw.chance(0.04)
    const born = isTwin ? before : place < 2 ? day(draw, 1945, 1990) : day(draw, 1985, 2024)
    before = born
    return {
      given,
      surname: place === 1 ? draw.ranked(lists.surnames, 12) : surname,
      sex: isWoman ? 'F' : 'M',
      born: place < 2 && draw.chance(0.25) ? `${born.slice(0, 4)}-01-01` : born,
      phone,
      card: place < 2 ? `${draw.one(['A', 'BK', 'J', 'D', 'EE'])}${100_000 + draw.below(899_999)}` : '',
      commune,
    }
  })
}

function written(truth: Person, draw: Draw, slips: number): string[] {
  const inArabic = slips > 0 && draw.chance(0.33)
  const spelled = (name: Name) => {
    if (inArabic) return name.arabic
    const text = draw.one(name.spellings)
    return draw.chance(slips / 2) ? typo(text, draw) : text
  }
  const often = (text: string, change: (text: string) => string) => (draw.chance(slips) ? change(text) : text)
  return [
    spelled(truth.given),
    spelled(truth.surname),
    truth.sex,
    often(truth.born, born => (draw.chance(0.4) ? `${born.slice(0, 4)}-01-01` : typo(born, draw))),
    often(truth.phone, phone => (draw.chance(0.6) ? '' : typo(phone, draw))),
    often(truth.card, card => (draw.chance(0.7) ? '' : typo(card, draw))),
    often(truth.commune, commune => (draw.chance(0.5) ? '' : typo(commune, draw))),
  ]
}
