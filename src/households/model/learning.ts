import { at, lean } from './curve.ts'
import { topic } from './draws.ts'
import type { People } from './model-file.ts'
import type { Making, Person } from './person.ts'
import { countAlong, rowAt, weighted } from './weighted.ts'

const T = {
  rank: topic('learning rank'),
  enrolled: topic('enrolled'),
  alike: topic('siblings enrolled alike'),
  elsewhere: topic('another school'),
  repeated: topic('repeated'),
  vocational: topic('vocational'),
  private: topic('private'),
  literate: topic('literate'),
  diploma: topic('diploma'),
  absences: topic('absences'),
  health: topic('absences for health'),
}

/** Says what a person learnt and, where still at school, what is followed there. */
export type Teacher = (making: Making, person: Person) => void

export function teacher(data: Pick<People, 'school' | 'education'>): Teacher {
  const diplomaOf = diplomas(data.education)
  const reached = new Map(data.school.ladder.map(step => [step.level, step.reached]))
  return (making, person) => {
    const rank = lean(making.wealth, making.draws.below(1000, T.rank, person.slot))
    enrol(data.school, making, person, rank)
    person.education =
      person.level === null ? educationOf(data.education, making, person, rank) : reached.get(person.level)!
    const level = data.education.levels.find(each => each.level === person.education)!
    person.literate = canRead(making, person, level.literate)
    person.diploma = diplomaOf(making, person)
    if (person.level !== null) countAbsences(data.school, making, person)
  }
}

function enrol(school: People['school'], making: Making, person: Person, rank: number): void {
  const { draws, area, wealth } = making
  person.schooling = school.kinds.none
  person.level = null
  const chance = at(rowAt(school.enrolled, person.age)[area][person.sex], wealth)
  if (chance === 0 || person.marital !== 'single') return
  if (!isEnrolled(school, making, person, rank, chance)) {
    person.schooling = elsewhere(school, making, person)
    return
  }
  const { vocational, advanced } = school
  if (
    person.age >= vocational.from &&
    person.age <= vocational.until &&
    draws.chance(vocational.chance[area], T.vocational, person.slot)
  ) {
    person.level = vocational.level
    person.schooling = school.kinds.vocational
    return
  }
  if (person.age >= advanced.from) {
    const able = rank >= advanced.rank[area]
    if (!able && person.age > advanced.otherwise_until) return
    person.level = able ? advanced.level : advanced.otherwise
  } else person.level = levelFor(school, making, person)
  person.schooling = draws.chance(at(school.private[area], wealth), T.private, person.slot)
    ? school.kinds.private
    : school.kinds.public
}

/** Pupils are those whom school suits: the rank of learning decides as much as the draw, unless siblings are alike. */
function isEnrolled(school: People['school'], making: Making, person: Person, rank: number, chance: number): boolean {
  const { draws } = making
  if (draws.chance(school.siblings_alike, T.alike)) return draws.chance(chance, T.enrolled, 4096)
  return lean(rank, draws.below(1000, T.enrolled, person.slot)) >= 1000 - chance
}

function elsewhere(school: People['school'], making: Making, person: Person): string {
  const other = school.elsewhere
  if (!other || person.age < other.ages[0] || person.age > other.ages[1]) return school.kinds.none
  const goes = making.draws.chance(other.share[making.area][person.sex], T.elsewhere, person.slot)
  return goes ? other.code : school.kinds.none
}

function levelFor(school: People['school'], making: Making, person: Person): string {
  const behind =
    person.age < 8
      ? 0
      : countAlong(
          school.repeated.map(share => 1000 - share),
          making.draws,
          making.wealth,
          T.repeated,
          person.slot,
        )
  let level = school.ladder[0]!.level
  for (const step of school.ladder) if (step.age <= person.age - behind) level = step.level
  return level
}

function educationOf(education: People['education'], making: Making, person: Person, rank: number): string {
  const { levels, young_reaches: young } = education
  if (person.age < 15) return person.age >= young.from && rank >= 120 ? young.level : levels[0]!.level
  const below = rowAt(education.below, person.age)[making.area][person.sex]
  let place = 0
  while (place < below.length && rank >= below[place]! && person.age >= levels[place + 1]!.from) place++
  return levels[place]!.level
}

function canRead(making: Making, person: Person, share: number): boolean {
  if (person.age < 6) return false
  if (person.age < 9)
    return person.level !== null && making.draws.chance(350 + (person.age - 6) * 250, T.literate, person.slot)
  return making.draws.chance(share, T.literate, person.slot)
}

function diplomas(education: People['education']): (making: Making, person: Person) => string {
  const data = education.diplomas
  if (!data) return () => ''
  const byLevel = new Map(Object.entries(data.by_level).map(([level, weights]) => [level, weighted(weights)]))
  const afterSchool = weighted(data.after_school)
  return ({ draws }, person) => {
    if (person.age < data.from) return education.levels[0]!.level
    // A pupil holds at most what the level before gives.
    const choose = person.level === null ? byLevel.get(person.education)! : afterSchool
    return choose(draws, T.diploma, person.slot)
  }
}

function countAbsences(school: People['school'], making: Making, person: Person): void {
  const { draws, wealth } = making
  person.absences = countAlong(school.absences, draws, wealth, T.absences, person.slot)
  if (!person.disabled) return
  for (let day = 0; day < person.absences; day++) {
    if (draws.chance(school.absences_health_when_disabled, T.health, person.slot * 64 + day)) person.absencesHealth++
  }
}
