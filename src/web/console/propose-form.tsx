import { Button, Textarea } from '@mantine/core'
import type { ReactNode } from 'react'
import { Form } from 'react-router'
import { useSpeech } from '../speech-context.tsx'
import { FormRefusal } from './form-answer.tsx'

type ProposeFormProps = {
  /** Made before it is sent, so that sent twice it is proposed once. */
  readonly id: { readonly name: string; readonly value: string }
  /** Why it was not taken, where that is about no field of it. */
  readonly refused: string | undefined
  readonly says: { readonly label: string; readonly typed: string | undefined; readonly error: string | undefined }
  readonly children: ReactNode
  /** A field that takes a file: it comes last, and the form is then sent by the browser itself. */
  readonly file?: ReactNode
}

/** What one person proposes about a household and another approves: its fields, then why. */
export function ProposeForm({ id, refused, says, children, file }: ProposeFormProps) {
  const { t } = useSpeech()
  return (
    <Form
      method="post"
      className="narrow stack"
      noValidate
      {...(file ? { encType: 'multipart/form-data', reloadDocument: true } : {})}
    >
      {refused === undefined ? null : <FormRefusal says={refused} />}
      <input type="hidden" name={id.name} value={id.value} />
      {children}
      <Textarea
        name="says"
        label={says.label}
        defaultValue={says.typed ?? ''}
        error={says.error}
        maxLength={1000}
        rows={3}
      />
      {file}
      <div>
        <Button type="submit">{t('receiving:propose.submit')}</Button>
      </div>
    </Form>
  )
}
