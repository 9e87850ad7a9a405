import { foldLatin } from './fold-word.ts';

/**
 * Opposites: where a text has one and its source the other at the same place, one of them is wrong. Own list, of
 * pairs that seldom stand for each other.
 */
const PAIRS = `
rise fall | increase decrease | more less | more fewer | high low | higher lower
highest lowest | most least | best worst | better worse | before after
above below | first last | first second | second third | early late
earlier later | start finish | begin end | open close | opened closed | win lose | accept reject
accept refuse | approve reject | agree disagree | support oppose | allow ban | allow prohibit
include exclude | true false | positive negative | strong weak | large small | major minor
long short | old new | oldest newest | young old | hot cold | warm cold | male female
man woman | boy girl | father mother | son daughter | brother sister | husband wife | king queen
north south | east west | northern southern | eastern western | left right | upper lower
inside outside | internal external | buy sell | import export | give take | send receive
arrive depart | enter leave | join leave | hire fire | build destroy | create destroy
always never | all none | some none | many few | both neither | success failure
successful unsuccessful | succeed fail | profit loss | gain lose | gain loss | expand shrink
expand contract | raise lower | raise reduce | improve worsen | advance decline
guilty innocent | legal illegal | safe unsafe | possible impossible | able unable
likely unlikely | known unknown | happy unhappy | similar different | same different
morning evening | summer winter | spring autumn | monday tuesday | saturday sunday
murder manslaughter | public private | domestic foreign | urban rural | local global
national international | maximum minimum | despite due | not always | easy difficult
quick slow | rich poor | dead alive | full empty | near far | love hate | friend enemy
war peace | attack defend | victim suspect | teacher student | employer employee | parent child
majority minority | confirm deny | encourage discourage | optimistic pessimistic
advantage disadvantage | ally rival | past future | previous next | ancient modern
direct indirect | complex easy | formal informal | refuse agree | refuse accept | decline accept
allow refuse | allow prevent | prevent cause | cause prevent | require forbid
optional mandatory | mandatory voluntary | voluntary compulsory | sure unsure
certain uncertain | believe doubt | remember forget | borrow lend | laugh cry | sweet bitter
smile frown | wide narrow | deep shallow | thick thin | tall short | loud quiet | clean dirty
wet dry | soft hard | smooth rough | strength weakness | top bottom | front back | beginning end
start stop | continue stop | continue end | resume halt | add remove | add subtract
include omit | attach detach | connect disconnect | appear disappear | arrive leave
remain leave | stay leave | return leave | present absent | daily weekly | weekly monthly
monthly yearly | monthly annually | quarterly annually | daily monthly | day week | week month
month year | once twice | double triple | double half | half quarter | half third
doubled halved | quarter third | breakfast dinner | lunch dinner | today tomorrow
today yesterday | tomorrow yesterday | weekend weekday | president vice | ceo cfo | owner tenant
landlord tenant | buyer seller | lender borrower | debit credit | debt asset | expense income
spend save | spend earn | surplus deficit | cheap expensive | cheaper pricier
affordable expensive | free paid | uncle aunt | nephew niece | grandfather grandmother
boyfriend girlfriend | groom bride | actor actress | prince princess | mr mrs
democrat republican | liberal conservative | prosecutor defendant | plaintiff defendant
convict acquit | convicted acquitted | arrest release | arrested released | innocent convicted
offense defense | attacker victim | winner loser | victory defeat | beat lost | hero villain
natural artificial | synthetic natural | simple complex | theory practice
qualitative quantitative | supervised unsupervised | linear nonlinear | discrete continuous
static dynamic | parallel sequential | serial parallel | encode decode | input output
upload download | online offline | hardware software | manual automatic | vertical horizontal
clockwise counterclockwise | odd even | prime composite | acid base | liquid solid | gas liquid
predator prey | herbivore carnivore | mammal reptile | freshwater saltwater | land sea
ocean river | sunrise sunset | healthy sick | healthy unhealthy | benign malignant
acute chronic | patient doctor | vaccinated unvaccinated | fertile barren | proud ashamed
excited bored | calm angry | glad sad | happy sad | satisfied dissatisfied | polite rude
honest dishonest | brave afraid | kind cruel | generous selfish | careful careless
patient impatient | mature immature | responsible irresponsible | interested uninterested
willing unwilling | willing reluctant | eager reluctant | aware unaware | familiar unfamiliar
successful failed | popular unpopular | common rare | regular irregular | ordinary extraordinary
original copy | real fake | genuine fake | authentic fake | fact opinion | fact fiction
fiction nonfiction | comedy tragedy | hero enemy | criticism praise | critical supportive
east north | west south | east south | west north | eastern northern | western southern
praise condemn | recommend condemn | welcome criticize | criticize praise | adult child
temporary permanent | partial full | single multiple | visible invisible | active inactive
`;

const PREFIXES = ['un', 'in', 'im', 'non', 'dis', 'ir'];
const SHORTEST_PREFIXED = 4;

/** Folded word → folded words that say the opposite. */
const OPPOSITES = opposites();

function opposites(): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, string[]>();
  for (const pair of PAIRS.trim().split(/\s*[|\n]\s*/)) {
    const [left = '', right = ''] = pair.split(' ').map((word) => foldLatin(word).key);
    known.set(left, [...(known.get(left) ?? []), right]);
    known.set(right, [...(known.get(right) ?? []), left]);
  }
  return known;
}

/** Folded word → the first of the pair in which it is listed first. */
const SIDES = sides();

function sides(): ReadonlyMap<string, { readonly word: string; readonly isOther: boolean }> {
  const known = new Map<string, { word: string; isOther: boolean }>();
  for (const pair of PAIRS.trim().split(/\s*[|\n]\s*/)) {
    const [left = '', right = ''] = pair.split(' ').map((word) => foldLatin(word).key);
    if (known.has(left) || known.has(right)) continue;
    known.set(left, { word: left, isOther: false });
    known.set(right, { word: left, isOther: true });
  }
  return known;
}

/** The opposite of a folded English word that `has` knows, by list or prefix (likely, unlikely); null without one. */
export function oppositeIn(key: string, has: (key: string) => boolean): string | null {
  const listed = OPPOSITES.get(key)?.find(has);
  if (listed !== undefined) return listed;
  if (key.length < SHORTEST_PREFIXED) return null;
  for (const prefix of PREFIXES) {
    if (has(prefix + key)) return prefix + key;
    const bare = key.startsWith(prefix) ? key.slice(prefix.length) : '';
    if (bare.length >= SHORTEST_PREFIXED && has(bare)) return bare;
  }
  return null;
}

/** A folded word as the first of its pair and whether it is the other one: likely and unlikely are one word, two sides. */
export function polarityOf(key: string): { readonly word: string; readonly isOther: boolean } {
  const listed = SIDES.get(key);
  if (listed !== undefined) return listed;
  for (const prefix of PREFIXES) {
    const bare = key.startsWith(prefix) ? key.slice(prefix.length) : '';
    if (bare.length >= SHORTEST_PREFIXED) return { word: bare, isOther: true };
  }
  return { word: key, isOther: false };
}
