import type { Words } from '#kernel'

/** One message that people can receive. */
type Kind = {
  /** What its text needs; `{name}` in the text stands for the value. */
  readonly values: readonly string[]
  /** How long it is worth sending, in hours. */
  readonly hours: number
  /** The text holds a code: it is forgotten once it has left. */
  readonly secret?: true
  readonly says: Words
}

/** As long as a code serves. */
const CODE_HOURS = 1 / 6
const WEEK = 7 * 24

/**
 * Every message that can be sent, and no other. Texts fit in one SMS in French and English (160 characters of GSM 03.38: no
 * ê, ç, curved apostrophe or narrow space) and in two in Arabic. None names an amount or an illness: telephones are shared.
 */
export const messageKinds = {
  sign_in_code: {
    values: ['code'],
    hours: CODE_HOURS,
    secret: true,
    says: {
      fr: '{code} est votre code Socle, valable dix minutes. Ne le donnez à personne, pas à un agent non plus.',
      ar: '{code} هو رمزكم في سُكل، صالح لعشر دقائق. لا تعطوه لأحد، ولو كان موظفًا.',
      en: '{code} is your Socle code, valid for ten minutes. Give it to nobody, not even to an agent.',
    },
  },
  phone_code: {
    values: ['code'],
    hours: CODE_HOURS,
    secret: true,
    says: {
      fr: "{code} confirme que ce téléphone est à vous. Valable dix minutes. Si vous n'avez rien demandé, oubliez ce message.",
      ar: '{code} رمز لتأكيد أن هذا الهاتف هاتفكم، صالح لعشر دقائق. إن لم تطلبوا شيئًا فتجاهلوا هذه الرسالة.',
      en: '{code} confirms that this telephone is yours. Valid for ten minutes. If you asked for nothing, forget this message.',
    },
  },
  partner_code: {
    values: ['code', 'partner'],
    hours: CODE_HOURS,
    secret: true,
    says: {
      fr: '{code}: code à donner à {partner}, si vous y faites une démarche. Valable dix minutes. Sinon, ne le donnez à personne.',
      ar: '{code} رمز تعطونه لـ{partner} إن كنتم تقومون لديه بإجراء. صالح لعشر دقائق. وإلا فلا تعطوه لأحد.',
      en: '{code}: a code to give to {partner}, if you are dealing with them. Valid for ten minutes. Otherwise give it to nobody.',
    },
  },
  registration_received: {
    values: ['reference'],
    hours: WEEK,
    says: {
      fr: 'Votre préinscription {reference} est enregistrée. Passez à votre bureau avec vos documents et cette référence.',
      ar: 'سُجّل طلب تسجيلكم الأولي {reference}. تفضلوا إلى مكتبكم بوثائقكم وبهذا المرجع.',
      en: 'Your pre-registration {reference} is recorded. Come to your office with your documents and this reference.',
    },
  },
  registration_closed: {
    values: ['reference'],
    hours: WEEK,
    says: {
      fr: 'Votre préinscription {reference} est close sans inscription. Votre bureau vous dira pourquoi.',
      ar: 'أُغلق طلب تسجيلكم الأولي {reference} دون تسجيل. سيبيّن لكم مكتبكم السبب.',
      en: 'Your pre-registration {reference} was closed without registration. Your office will tell you why.',
    },
  },
  number_given: {
    values: ['number'],
    hours: WEEK,
    says: {
      fr: 'Votre numéro unique est {number}. Gardez-le: il sert à toutes vos démarches sociales.',
      ar: 'رقمكم الفريد هو {number}. احتفظوا به، فهو يصلح لجميع إجراءاتكم الاجتماعية.',
      en: 'Your unique number is {number}. Keep it: it serves for all your social programmes.',
    },
  },
  correction_received: {
    values: [],
    hours: WEEK,
    says: {
      fr: 'Votre demande de correction est enregistrée. Votre bureau y répondra; vous pouvez la suivre dans votre dossier.',
      ar: 'سُجّل طلبكم للتصحيح. سيجيب عنه مكتبكم، ويمكنكم تتبعه في ملفكم.',
      en: 'Your request for a correction is recorded. Your office will answer; you can follow it in your file.',
    },
  },
  correction_decided: {
    values: [],
    hours: WEEK,
    says: {
      fr: 'Votre demande de correction a une réponse. Lisez-la dans votre dossier ou demandez-la à votre bureau.',
      ar: 'صدر الجواب عن طلبكم للتصحيح. اقرؤوه في ملفكم أو اسألوا عنه في مكتبكم.',
      en: 'Your request for a correction has an answer. Read it in your file, or ask your office.',
    },
  },
  declaration_received: {
    values: ['reference'],
    hours: WEEK,
    says: {
      fr: 'La déclaration du ménage {reference} est enregistrée. Vous pouvez la relire dans votre dossier.',
      ar: 'سُجّل تصريح الأسرة {reference}. يمكنكم مراجعته في ملفكم.',
      en: 'The declaration of household {reference} is recorded. You can read it in your file.',
    },
  },
  renewal_due: {
    values: ['reference', 'day'],
    hours: WEEK,
    says: {
      fr: 'La déclaration du ménage {reference} est à renouveler avant le {day}. Passez à votre bureau ou appelez-le.',
      ar: 'يجب تجديد تصريح الأسرة {reference} قبل {day}. تفضلوا إلى مكتبكم أو اتصلوا به.',
      en: 'The declaration of household {reference} is to be renewed before {day}. Come to your office or call it.',
    },
  },
  renewal_overdue: {
    values: ['reference', 'day'],
    hours: WEEK,
    says: {
      fr: "La déclaration du ménage {reference} n'a pas été renouvelée. Sans elle le {day}, vos droits peuvent changer. Passez à votre bureau.",
      ar: 'لم يُجدَّد تصريح الأسرة {reference}. إن لم يُجدَّد قبل {day} فقد تتغير حقوقكم. تفضلوا إلى مكتبكم.',
      en: 'The declaration of household {reference} was not renewed. Without it by {day} your rights may change. Come to your office.',
    },
  },
  visit_planned: {
    values: ['day'],
    hours: WEEK,
    says: {
      fr: "Un agent passera chez vous le {day} pour relire votre déclaration. Il montrera sa carte et ne demandera jamais d'argent.",
      ar: 'سيزوركم موظف يوم {day} لمراجعة تصريحكم. سيُظهر بطاقته ولن يطلب مالًا أبدًا.',
      en: 'An agent will visit you on {day} to go over your declaration. They show a card and never ask for money.',
    },
  },
  condition_warning: {
    values: ['programme'],
    hours: WEEK,
    says: {
      fr: "Une condition n'est pas remplie ou pas connue: {programme}. Vos droits peuvent changer. Demandez laquelle à votre bureau.",
      ar: 'شرط غير مستوفى أو غير معروف: {programme}. قد تتغير حقوقكم. اسألوا عنه في مكتبكم.',
      en: 'A condition is not met or not known: {programme}. Your rights may change. Ask your office which one.',
    },
  },
  condition_warning_withdrawn: {
    values: ['programme'],
    hours: WEEK,
    says: {
      fr: "L'avertissement est annulé: {programme}. La condition est remplie. Vous n'avez rien à faire.",
      ar: 'أُلغي الإنذار: {programme}. الشرط مستوفى. لا يلزمكم فعل شيء.',
      en: 'The warning is withdrawn: {programme}. The condition is met. You need do nothing.',
    },
  },
  condition_suspended: {
    values: ['programme'],
    hours: WEEK,
    says: {
      fr: "Droits suspendus: {programme}. Une condition n'est pas remplie. Lisez laquelle, et comment contester, dans votre dossier ou au bureau.",
      ar: 'عُلّقت حقوقكم: {programme}. لم يُستوف أحد الشروط. اقرؤوا أيها وكيفية الطعن في ملفكم أو في مكتبكم.',
      en: 'Rights suspended: {programme}. A condition is not met. Read which one, and how to contest it, in your file or at your office.',
    },
  },
  condition_restored: {
    values: ['programme'],
    hours: WEEK,
    says: {
      fr: 'Vos droits reprennent: {programme}. La condition est de nouveau remplie.',
      ar: 'استؤنفت حقوقكم: {programme}. أصبح الشرط مستوفى من جديد.',
      en: 'Your rights go on again: {programme}. The condition is met again.',
    },
  },
  programme_moved: {
    values: ['programme'],
    hours: WEEK,
    says: {
      fr: "Vous passez dans un autre programme: {programme}. Vous n'avez rien à faire. Votre bureau vous dit ce qui change.",
      ar: 'انتقلتم إلى برنامج آخر: {programme}. لا يلزمكم فعل شيء. يخبركم مكتبكم بما يتغير.',
      en: 'You move into another programme: {programme}. You need do nothing. Your office tells you what changes.',
    },
  },
  recipient_changed: {
    values: ['reference', 'day'],
    hours: WEEK,
    says: {
      fr: "Ménage {reference}: une autre personne touche l'argent dès le {day}. Pas d'accord? Dites-le à votre bureau.",
      ar: 'الأسرة {reference}: شخص آخر يتسلم المال ابتداءً من {day}. إن لم توافقوا فأخبروا مكتبكم.',
      en: 'Household {reference}: somebody else receives the money from {day}. If you do not agree, tell your office.',
    },
  },
  decision_made: {
    values: ['programme'],
    hours: WEEK,
    says: {
      fr: 'Une décision est prise: {programme}. Lisez-la, et comment la contester, dans votre dossier ou à votre bureau.',
      ar: 'صدر قرار بشأن {programme}. اقرؤوه وكيفية الطعن فيه في ملفكم أو في مكتبكم.',
      en: 'A decision was made: {programme}. Read it, and how to contest it, in your file or at your office.',
    },
  },
  payment_sent: {
    values: ['programme'],
    hours: WEEK,
    says: {
      fr: 'Votre paiement est parti: {programme}. Si rien ne vient sous une semaine, dites-le à votre bureau.',
      ar: 'أُرسل دفعكم الخاص بـ{programme}. إن لم يصلكم خلال أسبوع فأخبروا مكتبكم.',
      en: 'Your payment has left: {programme}. If nothing comes within a week, tell your office.',
    },
  },
  payment_waiting: {
    values: ['programme', 'day'],
    hours: WEEK,
    says: {
      fr: "Un paiement vous attend: {programme}. Retirez-le avant le {day} avec votre document d'identité.",
      ar: 'دفع في انتظاركم: {programme}. اسحبوه قبل {day} مصحوبين بوثيقة هويتكم.',
      en: 'A payment waits for you: {programme}. Collect it before {day} with your identity document.',
    },
  },
  cash_opens: {
    values: ['from', 'day', 'point'],
    hours: WEEK,
    says: {
      fr: "Un paiement vous attend du {from} au {day}: {point}. Venez avec votre document d'identité.",
      ar: 'دفع في انتظاركم من {from} إلى {day}: {point}. أحضروا وثيقة هويتكم.',
      en: 'A payment waits for you from {from} to {day}: {point}. Bring your identity document.',
    },
  },
  cash_closes: {
    values: ['day', 'point'],
    hours: WEEK,
    says: {
      fr: 'Dernier jour pour retirer votre paiement: {day}, {point}. Ensuite, redemandez-le à votre bureau.',
      ar: 'آخر يوم لسحب دفعكم: {day}، {point}. بعد ذلك، اطلبوه من جديد في مكتبكم.',
      en: 'Last day to collect your payment: {day}, {point}. After that, ask your office for it again.',
    },
  },
  payment_failed: {
    values: ['programme'],
    hours: WEEK,
    says: {
      fr: "Un paiement n'a pas pu vous parvenir: {programme}. Passez à votre bureau pour vérifier votre compte.",
      ar: 'تعذر وصول دفع إليكم: {programme}. تفضلوا إلى مكتبكم للتحقق من حسابكم.',
      en: 'A payment could not reach you: {programme}. Come to your office to check your account.',
    },
  },
  account_changed: {
    values: [],
    hours: WEEK,
    says: {
      fr: "Le compte où arrivent vos paiements a changé. Si vous ne l'avez pas demandé, prévenez votre bureau tout de suite.",
      ar: 'تغيّر الحساب الذي تتلقون فيه مستحقاتكم. إن لم تطلبوا ذلك، فأخبروا مكتبكم فورًا.',
      en: 'The account on which you are paid was changed. If you did not ask for this, tell your office at once.',
    },
  },
} as const satisfies Readonly<Record<string, Kind>>

export type MessageKind = keyof typeof messageKinds

/** What the text of a kind needs, all of it. */
export type MessageValues<Of extends MessageKind> = {
  readonly [Name in (typeof messageKinds)[Of]['values'][number]]: string
}
