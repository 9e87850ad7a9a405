import type { CueLanguage } from './cue-language.ts';

const NATION =
  'African|African-American|American|Arab|Asian|Black|British|Chinese|Eastern European|French|German|Gypsy|Hispanic|Indian|Indigenous|Irish|Italian|Japanese|Jewish|Korean|Latino|Mexican|Middle Eastern|Muslim|Nigerian|Pakistani|Polish|Roma|Romanian|Russian|Turkish|Vietnamese|White';
const KIND_OF =
  'autistic|blind|Christian|conservative|deaf|disabled|divorced|elderly|fat|female|foreign|gay|homeless|lesbian|liberal|male|obese|old|older|overweight|poor|rural|single|trans|transgender|uneducated|unmarried|working-class|young';
const PEOPLE =
  'people|persons|folks|men|women|boys|girls|guys|workers|employees|drivers|students|immigrants|families|mothers|fathers|couples|candidates|applicants|kids|children|teenagers';
const GROUP = `(?:(?:${NATION}|${KIND_OF}) (?:${PEOPLE})|women|men|girls|boys|females|males|wom[ae]n drivers|Africans|Americans|Arabs|Asians|Blacks|Whites|Germans|Gypsies|Hispanics|Indians|Italians|Jews|Koreans|Latinos|Mexicans|Muslims|Christians|atheists|Pakistanis|Russians|gays|lesbians|homosexuals|immigrants|migrants|refugees|foreigners|millennials|boomers|teenagers|housewives|the (?:elderly|poor|disabled|homeless|unemployed|Chinese|French|Irish|Japanese|English))`;
const SOFTENER =
  '(?:just |simply |all |always |naturally |inherently |generally |typically |usually |by nature |too |so |very |more |less |far |much |not |never |biologically |genetically |known to be |prone to being |born )';
const TRAIT =
  '(?:aggressive|bad|better|worse|best|worst|bossy|cheap|childish|clannish|cold|conniving|cowardly|criminals?|cunning|dangerous|dirty|dishonest|disloyal|docile|dramatic|dumb|emotional|exotic|fanatics?|feminine|fragile|gossips?|greedy|helpless|hot-blooded|hysterical|ignorant|illogical|immoral|incapable|incompetent|inferior|superior|irrational|irresponsible|jealous|lazy|liars|lazier|loud|manipulative|masculine|money-hungry|moody|needy|nerdy|nurturing|obedient|passive|promiscuous|primitive|rude|savages?|selfish|sensitive|slow|sneaky|softer|stingy|strange|stubborn|stupid|submissive|suited|terrible|terrorists?|thieves|timid|uncivili[sz]ed|unclean|unfit|unreliable|untrustworthy|vain|violent|weak|weaker|gifted|good at|great at|hardworking|athletic|rhythmic|smarter|wiser)';

export const ENGLISH: CueLanguage = {
  language: 'en',
  hint: /\b(?:wom[ae]n|m[ae]n|girls?|boys?|guys?|lady|ladies|females?|males?|wife|wives|mothers?|housewives|blonde|african|american|arab|asian|black|british|chinese|eastern european|english|french|german|gypsy|hispanic|indian|indigenous|irish|italian|japanese|jew|korean|latino|mexican|middle eastern|muslim|nigerian|pakistani|polish|roma|romanian|russian|turkish|vietnamese|white|autistic|blind|christian|conservative|deaf|disabled|divorced|elderly|fat|foreign|gay|homeless|homosexual|immigrant|lesbian|liberal|migrant|millennial|boomer|obese|old|older|overweight|poor|refugee|rural|single|teenager|trans|transgender|gypsies|unemployed|uneducated|unmarried|working-class|young|younger|atheist|native-born|able-bodied|surprisingly|remarkably|unusually|pregnant|leave to have|pants|trousers)/g,
  excuse:
    /\b(?:stereotyp|prejudi|bias|discriminat|sexis|racis|homophob|xenophob|ageis|ableis|myth|misconception|untrue|false|wrong|unfair|harmful|offensive|not true|no evidence|evidence|survey|percent|per cent|on average|study|studies|research|statistic|according to|claim|allege|accus|argu|believed? that|assum|as if|suggests? that|said that|told (?:me|us|him|her) that|used to be|historically|rights|equal|equality|deserve|underrepresented|persecut|oppress|protect|characters? in|cannot say|can't say|doesn't mean|does not mean|not all|some (?:women|men|people)|individual|regardless)|\d\s?%|\?\s*$/iu,
  cues: [
    {
      kind: 'generalisation',
      pattern: new RegExp(
        `\\b(?:all |most |every |typical )?${GROUP}(?: (?:just|all|always|really|simply|naturally|generally|usually))? (?:are|aren['’]t|tend to be|seem to be|will always be|have always been) ${SOFTENER}{0,3}${TRAIT}\\b`,
        'giu',
      ),
    },
    {
      kind: 'generalisation',
      pattern: new RegExp(
        `\\b(?:all |most )?${GROUP} (?:always|never|can['’]t|cannot|don['’]t know how to|only (?:care|want|think)|just want|are (?:only )?after|are not capable of|lack|can['’]t be trusted|love to (?:lie|steal|complain)|come here to|live off|commit crimes|steal|cheat|lie|breed|smell|have no (?:morals|manners|discipline|ambition|logic))\\b`,
        'giu',
      ),
    },
    {
      kind: 'generalisation',
      pattern: new RegExp(
        `\\b(?:like|just like|as) (?:all|every|most|any) (?:other )?${GROUP}\\b|\\btypical (?:wom[ae]n|m[ae]n|girls?|boys?|${NATION}s?|immigrant|millennial|boomer)\\b|\\bwhat (?:do|can|would) you expect from (?:an? )?(?:${GROUP}|woman|man|girl|${NATION})\\b`,
        'giu',
      ),
    },
    {
      kind: 'role',
      pattern:
        /\b(?:(?:a )?wom[ae]n(?:['’]s)?|girls?|wives|a wife|mothers?) (?:should|ought to|must|need to|belong|are (?:meant|supposed|made)|place is)(?: (?:always|only|just|to|be|stay|focus|at|on|in|the|their|her|care|for|obey|serve|submit|cook|and)){0,6} (?:home|kitchen|house|household|children|kids|husbands?|family|homemakers?|obedient|submissive|quiet|pretty|housework|cleaning|cooking)\b|\b(?:real|true) men (?:do not|don['’]t|never|should|always|must)\b|\b(?:boys|men) (?:do not|don['’]t|should not|shouldn['’]t|must not|mustn['’]t|should never) (?:cry|show (?:weakness|emotions?|feelings)|wear (?:pink|dresses|skirts)|play with dolls)\b|\bboys will be boys\b|\b(?:man up|be a man|act like a (?:man|lady))\b|\b(?:wom[ae]n['’]s|m[ae]n['’]s) (?:work|job|place)\b(?! market)|\bwears? the (?:pants|trousers)\b/giu,
    },
    {
      kind: 'double_standard',
      pattern: new RegExp(
        `\\b(?:smart|clever|articulate|well-spoken|strong|good|funny|polite|clean|brave|tall|competent|driver|skilled|pretty|civili[sz]ed|honest|hardworking|educated|impressive|not bad|surprising(?:ly)?)(?:,)? (?:\\w+ )?for an? (?:woman|girl|man|boy|${NATION}(?: (?:man|woman|guy|girl|person))?|immigrant|foreigner|refugee|disabled person|blonde|old (?:man|woman|person)|gay (?:man|guy))\\b`,
        'giu',
      ),
    },
    {
      kind: 'double_standard',
      pattern:
        /\b(?:throws?|fights?|runs?|cries|cry|screams?|drives?|hits?) like (?:a (?:little )?(?:girl|woman)|an old (?:man|woman|lady))\b|\b(?:despite|in spite of) being (?:an? )?(?:woman|female|black|asian|muslim|jewish|gay|immigrant|disabled|old|a girl|from africa|hispanic|mexican)\b|\b(?:surprisingly|remarkably|unusually) (?:articulate|well-spoken|intelligent|smart|educated|civili[sz]ed|competent|clean)\b/giu,
    },
    {
      kind: 'favouring',
      pattern: new RegExp(
        `\\b(?:prefer|hire|choose|want|look(?:ing)? for|only accept|favou?r) (?:only )?(?:an? )?(?:men|women|male|female|young|younger|white|native-born|christian|able-bodied|man|woman) (?:candidates?|applicants?|employees?|workers?|tenants?|over|rather than|instead of|because|for this (?:job|role|position))\\b|\\b(?:do not|don['’]t|never|avoid|wouldn['’]t|would not) (?:hire|hiring|rent(?:ing)? to|trust(?:ing)?|promot(?:e|ing)|employ(?:ing)?|marry|dat(?:e|ing)) (?:an? )?(?:${GROUP}|woman|foreigner|immigrant|muslim|jew|gay man)\\b|\\btoo old to (?:learn|adapt|understand (?:technology|computers)|use a computer)\\b|\\b(?:she|women) (?:will|would|might|may)(?: just| only| probably)? (?:get pregnant|leave to have (?:a baby|children|kids))\\b`,
        'giu',
      ),
    },
  ],
};
