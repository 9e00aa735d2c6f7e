import { useEffect, useRef, useState } from 'react'
import { useSpeech } from '../speech-context.tsx'
import { sliderRange, sliderText, sliderValue } from './slider.ts'

type ValueFieldProps = {
  readonly name: string
  readonly label: string
  /** What the law has now, as decimal text. */
  readonly now: string
  readonly typed: string
}

/** A value to be tried: a field and, where scripts run, a slider that fills it in. Only the field is sent. */
export function ValueField({ name, label, now, typed }: ValueFieldProps) {
  const { t, language } = useSpeech()
  const [runs, setRuns] = useState(false)
  useEffect(() => setRuns(true), [])
  const field = useRef<HTMLInputElement>(null)
  const slider = useRef<HTMLInputElement>(null)
  const range = sliderRange(now)
  return (
    <>
      <input
        ref={field}
        name={name}
        aria-label={label}
        defaultValue={typed}
        inputMode="decimal"
        autoComplete="off"
        onInput={event => {
          if (slider.current) slider.current.value = sliderValue(event.currentTarget.value) || now
        }}
      />
      {runs && range ? (
        <input
          ref={slider}
          type="range"
          aria-label={t('simulation:slider', { label })}
          {...range}
          defaultValue={sliderValue(typed) || now}
          onInput={event => {
            if (field.current) field.current.value = sliderText(event.currentTarget.value, language)
          }}
        />
      ) : null}
    </>
  )
}
