// The part of the walk that tries reforms.
import type { Permission } from '#security'
import type { SimulationDoor, StudyId } from '../../src/web/simulation-door.ts'
import type { Page, Walked } from './declared.ts'

const STUDY = '0199f000-0000-7000-8000-00000000000a' as StudyId
/** Figures of a nation, which whoever sees a part of it does not see. */
const nation = (opens: Permission, ...at: string[]): Page => ({ opens, at: () => at, whole: true })

export const simulationPages: Readonly<Record<string, Page>> = {
  '/console/simulation': { opens: 'simulation.read', at: () => ['/console/simulation'] },
  '/console/simulation/new': nation('simulation.run', '/console/simulation/new'),
  '/console/simulation/:study': nation('simulation.read', `/console/simulation/${STUDY}`),
  '/console/simulation/:study/table.csv': nation('simulation.read', `/console/simulation/${STUDY}/table.csv?by=area`),
  '/console/simulation/:study/tables.xlsx': nation('simulation.read', `/console/simulation/${STUDY}/tables.xlsx`),
  '/console/simulation/:study/study.pdf': nation('simulation.read', `/console/simulation/${STUDY}/study.pdf`),
  '/console/simulation/:study/chart.svg': nation('simulation.read', `/console/simulation/${STUDY}/chart.svg?by=area`),
  '/console/simulation/:study/map.svg': nation('simulation.read', `/console/simulation/${STUDY}/map.svg?by=region`),
  '/console/simulation/:study/draft.yaml': nation('simulation.read', `/console/simulation/${STUDY}/draft.yaml`),
}

export const simulationDoors: Readonly<Record<keyof SimulationDoor, Walked>> = {
  simulationHome: { opens: 'simulation.read', at: (doors, reader) => doors.simulationHome(reader) },
  simulationForm: {
    opens: 'simulation.run',
    at: (doors, reader) => doors.simulationForm(reader, { snapshot: '', pack: 'ma/asd', month: '2027-01', from: '' }),
  },
  startSimulation: {
    opens: 'simulation.run',
    at: (doors, reader) => doors.startSimulation(reader, [['name', 'walk']]),
  },
  lawText: {
    opens: 'simulation.run',
    at: (doors, reader) => doors.lawText(reader, { pack: 'ma/asd', path: 'packs/ma/asd/pack.yaml' }),
  },
  simulation: { opens: 'simulation.read', at: (doors, reader) => doors.simulation(reader, STUDY) },
  cancelSimulation: { opens: 'simulation.run', at: (doors, reader) => doors.cancelSimulation(reader, STUDY) },
}
