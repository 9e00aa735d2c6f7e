// Short and pet forms that no rule of sound explains, each group one name as its people use it. The forms of Senegal and Mali
// as in the reference list of name variants; the English and French ones as any dictionary of first names gives them.
const GROUPS: readonly string[] = [
  'fatoumata fatou fanta fadi fadimata fatim fatma fatima fama',
  'aminata amy ami amina mina',
  'aissatou astou aissata aissa aicha assetou assitan astan aisha',
  'khadidiatou khady khadija kadidiatou kadiatou kadia kady kadidia',
  'mariama mariam mariame marieme mareme meryem maryam mame',
  'bineta binetou binta bintou',
  'rokhaya rokhayatou rokia rokiatou roukia',
  'ramatoulaye rama ramata ramatou',
  'safiatou safi safietou',
  'nafissatou nafi nafissa',
  'dieynaba djeneba djenaba dienaba zeynab zeynabou seynabou zeinab zeinabou zineb zaynab',
  'abdoulaye abdou ablaye abdallah abdoul laye',
  'boubacar babacar aboubacar bakary boubou',
  'alioune aliou badou ali',
  'ibrahima ibrahim birahim brahim brahima bourama ibra birame birama iba',
  'mamadou mahamadou mamoudou mamoutou madou mohamed mouhamadou modou mouhamed muhammad mohand simo',
  'amadou ahmadou ahmed ahamadou hmad',
  'ousmane ousman usmane othmane otmane',
  'youssou youssoupha youssouf issouf youssef',
  'saliou salif',
  'lassana lassine alassane assane',
  'soumaila ismaila ismail smail',
  'souleymane solomane soulayman slimane',
  'salimata sali salamata',
  'habibatou habi habiba',
  'adiaratou adja',
  'cheikh cheick cheikhou seikh',
  'abdelkader kader kaddour',
  'mustapha moustapha tapha',
  'thomas tom tommy thos',
  'william will bill billy willie wm liam guillaume',
  'richard dick rick ricky rich',
  'robert bob bobby rob robbie bert',
  'john jack johnny jon johnnie jean',
  'james jim jimmy jamie jas',
  'edward ed eddie ted ned teddy',
  'charles charlie chas chuck charley',
  'henry harry hal hank henri',
  'george geo georgie georges',
  'joseph joe joey jos',
  'samuel sam sammy',
  'benjamin ben benny benji',
  'daniel dan danny',
  'david dave davy',
  'francis frank fran frankie francois',
  'frederick fred freddie freddy frederic',
  'albert al bert bertie',
  'alfred alf alfie fred',
  'alexander alex sandy alec alexandre xander',
  'andrew andy drew andre',
  'anthony tony antony antoine',
  'arthur art artie',
  'christopher chris kit christophe',
  'gerald gerry jerry',
  'gregory greg',
  'hugh hughie hugo',
  'lawrence larry laurie laurence laurent',
  'leonard len lenny leo',
  'matthew matt mat matthieu',
  'michael mike mick mickey michel',
  'nicholas nick nicky nicolas',
  'patrick pat paddy',
  'peter pete pierre',
  'philip phil pip phillip philippe',
  'ronald ron ronnie',
  'stephen steve steven etienne',
  'theodore ted theo',
  'timothy tim',
  'walter walt wally wat',
  'zachary zach zack',
  'joshua josh',
  'jonathan jon jonny',
  'jacob jake',
  'nathaniel nathan nat nate',
  'elizabeth eliza liz lizzie beth betty bess bessie elisabeth libby',
  'margaret maggie meg peggy madge marguerite margery',
  'mary molly polly may marie',
  'catherine kate cathy katherine kathryn kitty katie kathleen katharine',
  'ann anne annie anna nancy hannah',
  'sarah sally sadie sara',
  'dorothy dot dolly dorothea',
  'eleanor nell ellen nellie nora elena helen',
  'frances fanny fran frankie',
  'susan sue susie suzanne susannah',
  'alice ally',
  'isabella bella isabel izzy isabelle',
  'caroline carrie caro carolyn',
  'charlotte lottie',
  'georgina georgie gina',
  'harriet hattie',
  'jane jenny janet jeanne',
  'jessica jess jessie',
  'josephine jo josie',
  'louisa lou louise',
  'martha patty mattie',
  'matilda tilly mattie maud',
  'rebecca becky becca',
  'theresa tess tessa terry',
  'victoria vicky tori',
  'winifred winnie',
]

const groupsOf = new Map<string, number[]>()
for (const [group, names] of GROUPS.entries()) {
  for (const name of names.split(' ')) {
    const groups = groupsOf.get(name)
    if (groups) groups.push(group)
    else groupsOf.set(name, [group])
  }
}

/** Whether two first names, in plain Latin letters, are forms of one: `fatou` and `fatoumata`, `tom` and `thomas`. */
export function isNickname(a: string, b: string): boolean {
  const groups = groupsOf.get(a)
  const others = groups && groupsOf.get(b)
  return others !== undefined && groups!.some(group => others.includes(group))
}

/** Every other form of a first name in plain Latin letters. */
export function nicknamesOf(name: string): string[] {
  return [...new Set((groupsOf.get(name) ?? []).flatMap(group => GROUPS[group]!.split(' ')))].filter(
    form => form !== name,
  )
}
