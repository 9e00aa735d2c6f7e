import { XmlElement as ParsedElement, ParseOption, XmlDocument, XmlParseError, XmlText } from 'libxml2-wasm'
import { err, ok, type Result } from '#kernel'
import { boundedXml, usualLimits, type XmlLimits, type XmlRefusal } from './xml-bounds.ts'

/** An element of a message, as plain data. Text is what stands between its tags, children and comments left out. */
export type XmlElement = {
  /** Without its prefix. */
  readonly name: string
  readonly namespace: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** Nothing is fetched, nothing is replaced, nothing is repaired: the bounds have refused what would ask for it. */
const STRICT =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_NOCDATA

/**
 * The one way in for XML from outside: answers of banks and payment providers (ADR 0040). Reads a whole message of XML 1.0
 * with namespaces in UTF-8, or says why not and where. What the elements mean, and whether the message is one that was
 * waited for, is for whoever asked.
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits = usualLimits): Result<XmlElement, XmlRefusal> {
  const text = boundedXml(bytes, limits)
  if (!text.ok) return text
  let document: XmlDocument
  try {
    document = XmlDocument.fromString(text.value, { option: STRICT })
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error
    const [first] = error.details
    return err({ code: 'malformed', line: first?.line ?? 1, message: (first?.message ?? error.message).trim() })
  }
  try {
    return ok(plain(document.root))
  } finally {
    document.dispose()
  }
}

function plain(element: ParsedElement): XmlElement {
  const attributes = new Map<string, string>()
  for (const attribute of element.attrs) attributes.set(attribute.name, attribute.content)
  const children: XmlElement[] = []
  let text = ''
  for (let node = element.firstChild; node; node = node.next) {
    if (node instanceof ParsedElement) children.push(plain(node))
    else if (node instanceof XmlText) text += node.content
  }
  return { name: element.name, namespace: element.namespaceUri, attributes, children, text }
}
