import { Alert } from '@mantine/core'
import { useSpeech } from '../speech-context.tsx'

/** Why a study is not tried: the sentence of the refusal, with its facts. */
export function StudyRefused({ refusal, says }: { readonly refusal: string; readonly says: string }) {
  const { t } = useSpeech()
  return (
    <Alert color="red" role="alert" title={t(`simulation:refusal.${refusal}`)}>
      <code dir="ltr" lang="en">
        {says}
      </code>
    </Alert>
  )
}
