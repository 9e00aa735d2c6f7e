import { Worker } from 'node:worker_threads'

/**
 * Runs a thread for each data, hands their answers to `onAnswer`, and gives back what that made of them. The first thread
 * that fails, or the signal, ends them all.
 */
export async function runThreads<Answer, Data, Value>(
  file: URL,
  data: readonly Data[],
  onAnswer: (answer: Answer, reply: (message: unknown) => void) => Value | undefined,
  signal?: AbortSignal,
): Promise<Value[]> {
  signal?.throwIfAborted()
  const values: Value[] = []
  const threads = data.map(workerData => new Worker(file, { workerData }))
  const ended = threads.map(
    thread =>
      new Promise<void>((resolve, reject) => {
        thread.on('error', reject)
        thread.on('exit', code => (code === 0 ? resolve() : reject(new Error(`a thread stopped with code ${code}`))))
        thread.on('message', (answer: Answer) => {
          try {
            const value = onAnswer(answer, message => thread.postMessage(message))
            if (value !== undefined) values.push(value)
          } catch (error) {
            reject(error)
          }
        })
      }),
  )
  const stopped = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  try {
    await Promise.race([Promise.all(ended), stopped])
    return values
  } finally {
    await Promise.all(threads.map(thread => thread.terminate()))
  }
}
