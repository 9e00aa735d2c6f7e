import type { Country } from '#countries'
import type { Database } from '#db'
import { listSnapshots, lookAtFiles, type Snapshot } from '#households'
import { err, monthOf, newId, ok, parseMonth, type Words } from '#kernel'
import { appendAudit, decideAccess, type Permission } from '#security'
import {
  draftOf,
  findStudy,
  listStudies,
  readStudy,
  type SavedRow,
  type Study,
  type StudyResult,
  saveStudy,
  studyRefusal,
} from '#simulation'
import type { StaffMember } from '../context.ts'
import type {
  FormEntry,
  FormRefusal,
  RegionTile,
  SavedStudyRow,
  SimulationDoor,
  SimulationForm,
  SimulationHome,
  SimulationPage,
  SnapshotChoice,
  StudyId,
} from '../simulation-door.ts'
import { accessOf, readAs } from './reader.ts'
import { type StudyDesk, saysOf } from './simulation-desk.ts'
import { choiceOf, factsTried, lawsOf, packsUsed, parametersTried, studyText } from './simulation-form.ts'

/** Long enough for a small snapshot: its figures are there with the page. */
const AT_ONCE_MS = 1500
const STUDIES_SHOWN = 200
const COUNTRY = { territory: '', programme: null, sensitivity: 'ordinary' } as const

export type SimulationTerms = {
  readonly app: Database
  readonly country: Country
  /** Left out where this installation keeps no snapshots: what was saved is shown, nothing is tried. */
  readonly desk: StudyDesk | undefined
}

export function simulationDoor({ app, country, desk }: SimulationTerms): SimulationDoor {
  const may = async (reader: StaffMember, permission: Permission) => {
    const { grants, at } = await accessOf(app, reader)
    return decideAccess(grants, permission, COUNTRY, at).ok
  }
  const snapshots = () => (desk ? listSnapshots(desk.folder, country) : [])
  return {
    async simulationHome(reader) {
      if (!(await may(reader, 'simulation.read'))) return undefined
      const saved = await readAs(app, reader, 'simulation.read', tx =>
        listStudies(tx, { country: country.code, limit: STUDIES_SHOWN }),
      )
      return homeOf(country, snapshots(), saved)
    },
    async simulationForm(reader, { snapshot: hash, pack: id, month: typed, from }) {
      if (!(await may(reader, 'simulation.run'))) return undefined
      const snapshot = snapshots().find(({ manifest }) => manifest.hash === hash)
      const pack = country.book.packs.get(id)
      if (!snapshot) return err({ code: 'snapshot_unknown' })
      if (!pack) return err({ code: 'pack_unknown' })
      const month = typed === '' ? monthOf(snapshot.manifest.effectiveOn) : parseMonth(typed)
      if (!month) return err({ code: 'month_refused' })
      const earlier =
        from === ''
          ? undefined
          : await readAs(app, reader, 'simulation.read', tx => findStudy(tx, country.code, studyId(from)))
      const packs = [...country.book.packs.values()]
      const form: SimulationForm = {
        snapshot: snapshotChoice(snapshot),
        pack: choiceOf(pack),
        month,
        parameters: parametersTried(country, id, month),
        ...factsTried(country),
        scores: packs.filter(each => each.score !== null).map(choiceOf),
        beside: packs.filter(each => each.score === null && each.id !== id).map(choiceOf),
        laws: lawsOf(country, id),
        study: earlier?.study,
      }
      return ok(form)
    },
    async lawText(reader, { pack, path }) {
      if (!(await may(reader, 'simulation.run'))) return undefined
      const known = lawsOf(country, pack).some(({ paths }) => paths.includes(path))
      return known ? country.policy.find(each => each.path === path)?.text : undefined
    },
    async startSimulation(reader, entries) {
      if (!desk || !(await may(reader, 'simulation.run'))) return undefined
      const asked = askedIn(country, snapshots(), entries)
      if (!asked.ok) return asked
      const { name, text, study, snapshot } = asked.value
      const refused = await refusedBefore(country, snapshot, study)
      if (refused) return err(refused)
      const id = newId<'Study'>()
      const save = (result: StudyResult, studies: number) =>
        readAs(app, reader, 'simulation.run', async tx => {
          const saved = await saveStudy(tx, { id, name, study: text, result }, studies)
          if (saved.ok) {
            const detail = { pack: study.pack, month: study.month, snapshot: snapshot.manifest.hash }
            await appendAudit(tx, act('simulation.run', id, detail))
          }
          return saved
        })
      desk.start({ id, by: reader, name, snapshot, study, save })
      return ok(id)
    },
    async simulation(reader, id, exported) {
      if (!(await may(reader, 'simulation.read'))) return undefined
      if (!exported) await desk?.wait(id, AT_ONCE_MS)
      const under = desk?.find(id)
      if (under) return underWay(under, reader)
      return readAs(app, reader, 'simulation.read', async tx => {
        const saved = await findStudy(tx, country.code, id)
        if (!saved) return undefined
        if (exported) await appendAudit(tx, act('simulation.export', id, { format: exported }))
        const { study, result, ...row } = saved
        const packs = Object.fromEntries([...country.book.packs.values()].map(each => [each.id, each.names]))
        return {
          state: 'saved',
          row: rowOf(country, row),
          study,
          result,
          packs,
          tiles: tilesOf(country),
        } satisfies SimulationPage
      })
    },
    async cancelSimulation(reader, id) {
      if (!(await may(reader, 'simulation.run'))) return undefined
      const own = desk?.find(id)?.asked.by.id === reader.id
      if (own) desk?.cancel(id)
      return own
    },
  }
}

function tilesOf({ tiles, territories }: Country): RegionTile[] | null {
  const named = new Map(territories.childrenOf().map(({ code, name }) => [code, name]))
  return tiles?.map(each => ({ ...each, words: named.get(each.code) as Words })) ?? null
}

function studyId(text: string): StudyId {
  return (/^[0-9a-f-]{36}$/.test(text) ? text : newId<'Study'>()) as StudyId
}

function act(action: string, id: StudyId, detail: Readonly<Record<string, string>>) {
  return {
    action,
    subject: { kind: 'simulation', id },
    territory: '',
    purpose: 'statistics: simulation page',
    detail,
  } as const
}

function homeOf(country: Country, snapshots: readonly Snapshot[], saved: readonly SavedRow[]): SimulationHome {
  return {
    snapshots: snapshots.map(snapshotChoice),
    packs: [...country.book.packs.values()].filter(({ score }) => score === null).map(choiceOf),
    studies: saved.map(row => rowOf(country, row)),
  }
}

function snapshotChoice({ manifest }: Snapshot): SnapshotChoice {
  const { hash, effectiveOn, households, members, modelled } = manifest
  return { hash, effectiveOn, households, members, modelled }
}

function rowOf(country: Country, { savedAt, ...row }: SavedRow): SavedStudyRow {
  const name = country.book.packs.get(row.pack)?.names ?? { fr: row.pack, ar: row.pack, en: row.pack }
  return { ...row, savedAt: savedAt.toISOString(), packName: name }
}

type UnderWay = NonNullable<ReturnType<StudyDesk['find']>>

function underWay({ asked, progress: [done, of], end, ahead }: UnderWay, reader: StaffMember): SimulationPage {
  if (end) return { state: 'ended', name: asked.name, end }
  return { state: 'waiting', name: asked.name, ahead, done, of, own: asked.by.id === reader.id }
}

/** The first scenario whose texts are no law, with the place of each mistake. */
function lawRefused(country: Country, { pack, month, scenarios }: Study): FormRefusal | undefined {
  for (const scenario of scenarios) {
    if (Object.keys(scenario.texts).length === 0) continue
    const draft = draftOf(country, scenario, pack, month)
    if (!draft.ok && draft.refusal.code === 'law_refused')
      return { code: 'law_refused', scenario: scenario.name, problems: draft.refusal.problems }
  }
  return undefined
}

/** Whatever is known to be wrong before a household is read: nothing begins. */
async function refusedBefore(country: Country, snapshot: Snapshot, study: Study): Promise<FormRefusal | undefined> {
  const said = studyRefusal(country, snapshot, study)
  if (said) return { code: 'cannot_begin', refusal: said.code, says: saysOf(said) }
  const files = await lookAtFiles(snapshot)
  return files.ok ? undefined : { code: 'cannot_begin', refusal: files.refusal.code, says: saysOf(files.refusal) }
}

/** What a form asks for: by its fields, or as the text of a study. */
function askedIn(country: Country, snapshots: readonly Snapshot[], entries: readonly FormEntry[]) {
  const said = (name: string) => (entries.find(([field]) => field === name)?.[1] ?? '').trim()
  const name = said('name')
  if (name === '' || name.length > 200) return err({ code: 'name_missing' } as const)
  const snapshot = snapshots.find(({ manifest }) => manifest.hash === said('snapshot'))
  if (!snapshot) return err({ code: 'snapshot_unknown' } as const)
  const month = parseMonth(said('month'))
  if (!month) return err({ code: 'month_refused' } as const)
  if (packsUsed(country, said('pack')).length === 0) return err({ code: 'pack_unknown' } as const)
  const text = said('study') || studyText(country, { pack: said('pack'), month }, entries)
  if (text === undefined) return err({ code: 'nothing_tried' } as const)
  const study = readStudy(text)
  if (!study.ok) return study
  const refused = lawRefused(country, study.value)
  if (refused) return err(refused)
  // A text names its own programme and month; the snapshot is the one chosen, never a folder of this machine.
  const own: Study = { ...study.value, snapshot: undefined }
  return ok({ name, text, study: own, snapshot } satisfies {
    name: string
    text: string
    study: Study
    snapshot: Snapshot
  })
}
