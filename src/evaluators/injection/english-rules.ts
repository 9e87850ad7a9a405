/** Rules for English. They are written so that they stay quiet on texts that merely talk about attacks. */
import { type Rule, rule } from './rule.ts';

/** Where an order may begin: a sentence, a clause, or behind a word that leads into one. */
const ORDER =
  '(?:^|[.!?:;,>\\])*\\n“”-] ?|\\b(?:and|then|please|now|just|must|should|but|so|instead|kindly|pls|(?<!\\b(?:told|asked|advised|wants?|wanted|decided|tend|try|how|have) (?:me |us |him |her |them )?)to) (?:please |now |just )?)';
const DROP =
  "(?:ignore|disregard|forget|override|overwrite|discard|set aside|throw out|stop following|(?:do not|don't) follow|pay no attention to|erase|abandon)";
const EARLIER =
  '(?:previous|prior|above|earlier|preceding|initial|original|former|existing|past|system|old|default|current|given|foregoing)';
const ORDERS =
  '(?:instructions?|directives?|directions?|rules?|prompts?|guidelines?|commands?|orders?|context|programming|constraints|restrictions|policy|policies|messages?|conversation|training|assignments?|tasks?|text|content|information|documents?)';
const ALL = '(?:all|any|every|each|everything|whatever|the|your|of|those|these|other)';

const HIDDEN =
  '(?:initial|original|hidden|secret|internal|starting|base|underlying|first|previous|confidential|developer|full|entire|complete|exact|core|above)';
const SECRET = `(?:system ?prompts?|system (?:message|instructions?)|${HIDDEN} (?:system )?(?:prompts?|instructions?|directives?|message|guidelines|rules|configuration|context)|pre-?prompt|(?:prompt|instructions|text|conversation|everything|words) above)`;
const TELL =
  '(?:reveal|print|show|repeat|output|tell|display|give|write|list|share|expose|leak|copy|dump|recite|spell|return|echo|paste|summari[sz]e|translate|encode|disclose|provide|read|quote|say)';

const FREE_OF = '(?:of|from|out of)(?: (?:all|any|the|its|your|their|every|his|her|typical)){0,3}';
const RULES_OF_MODELS =
  '(?:ethic\\w*|moral\\w*|restrictions?|limits?|limitations?|guidelines?|filters?|censor\\w*|boundaries|policy|policies|constraints|inhibitions|safeguards?|guardrails?|confines|cage|chains|shackles|prison|openai)';

const OVERRIDE = rule(
  { kind: 'override', certainty: 0.95, note: 'sets earlier instructions aside' },
  'ignore disregard forget override overwrite discard aside throw following follow attention erase abandon',
  [
    `${ORDER}(?:completely |totally |entirely )?${DROP}(?: ${ALL}){0,4} (?:${EARLIER} ){1,2}(?:\\w+ )?${ORDERS}`,
    `${ORDER}${DROP}(?: ${ALL}){0,2} ${ORDERS} (?:above|before|given|provided|from above|you (?:were|have been|have|had|received|got))`,
    `${ORDER}${DROP} (?:all|everything|anything|what(?:ever)?)(?: of)?(?: that| which)?(?: (?:i|you|we|was|were|is|has|have|had|been|just|ever)){0,4} (?:said|told|written|learned|learnt|given|stated|know|knew|mentioned|before|above|prior|previously)`,
    `${ORDER}${DROP}(?: ${ALL}){1,3} (?:system prompt|safety (?:rules|guidelines)|content polic(?:y|ies)|ethical guidelines|openai)`,
  ],
);

const LEAK = rule(
  { kind: 'leak', certainty: 0.9, note: 'asks for hidden instructions' },
  'prompt prompts preprompt instruction instructions directive directives guidelines rules configuration message context above before given told',
  [
    `\\b${TELL}(?: me| us| out| back| back to me)?(?: \\w+){0,3}? (?:your|you're|ur) (?:\\w+ )?${SECRET}`,
    `\\b${TELL}(?: me| us)?(?: all| of| the| exactly| verbatim){0,3} (?:your|ur) (?:\\w+ )?(?:instructions|directives|guidelines|prompt|rules)(?! (?:for|to|on|about|of|in)\\b)`,
    '\\b(?:print|output|repeat|reveal|leak|dump|recite|return|echo)(?: \\w+){0,4}? (?:above|initial|previous|hidden|secret|system|entire|original) (?:prompt|instructions?|message)s?\\b',
    '\\bwhat (?:is|was|are|were|does|do|did)(?: \\w+){0,2}? your (?:\\w+ )?(?:system prompt|initial prompt|initial instructions|(?:hidden|secret|original|exact|first|previous|system) (?:instructions?|prompt|message|rules))',
    `\\b(?:reveal|print|show|repeat|output|tell|display|copy|dump|recite|paste|encode)(?: me)?(?: \\w+){0,3}? (?:everything|the text|all text|the words|the sentences?|the lines?|whatever) (?:above|before (?:this|my)|you were (?:given|told))`,
  ],
);

const KNOWN_PERSONA = rule(
  { kind: 'persona', certainty: 0.9, note: 'calls up a known jailbreak' },
  'anything character mode dan jail* antidan anti evilbot evil classic',
  [
    '\\b(?:do anything now|stay in character as|developer mode (?:enabled|output|v\\d)|dan mode|jailbr(?:eak|oken) (?:mode|prompt|enabled|version)|(?:respond|answer|reply|act) (?:as|like) dan\\b|you are (?:now )?(?:going to be )?dan\\b|anti-?dan\\b|evil ?bot\\b|(?:chatgpt|gpt) (?:classic|jailbroken))|🔓jailbreak|\\[🔓',
  ],
);

const OBEYS = rule(
  { kind: 'persona', certainty: 0.6, note: 'forbids the model to refuse' },
  'refuse refuses reject rejects deny denies decline declines comply obey whatever anything everything answer',
  [
    "\\b(?:you|gpt|it|he|she|they|ai|bot) (?:never|(?:will|must|can|may|should) (?:never|not)|cannot|can't|does not|do not|don't|doesn't|won't|are not allowed to|is unable to) (?:refuses?|rejects?|den(?:y|ies)|declines?) (?:a |an |any |the |my |to |user|human|what)",
    '\\byou (?:must|will|have to|are to) (?:always |obediently )?(?:comply|obey|do (?:anything|whatever|everything)|answer (?:anything|everything|any|every|all))',
  ],
);

const NO_LIMITS = rule(
  { kind: 'no_limits', certainty: 0.6, note: 'takes limits away' },
  'ethics ethical morals moral censorship policy policies openai safety moderation filter filters restrictions guidelines uncensored unfiltered amoral unrestricted unethical freed broken unbound liberated released escaped unshackled',
  [
    "\\b(?:no|without(?: any)?|free of|lacks?|ignor\\w+(?: \\w+)?|bypass\\w*(?: \\w+)?|regardless of(?: \\w+)?|(?:does|do)(?: not|n't) (?:care about|follow|have to follow|have|obey)(?: any)?|not bound by(?: any)?|disabl\\w+(?: \\w+)?|turn(?:ed)? off(?: \\w+)?|remov\\w+(?: \\w+)?) (?:\\w+,? (?:or |and )?){0,3}(?:ethics|ethical (?:guidelines|constraints|standards|rules|limits|boundaries|concerns)|morals|moral (?:guidelines|constraints|limits|boundaries|compass)|censorship|content polic\\w+|openai|safety (?:rules|filters?|guidelines|protocols?)|(?:content|moderation) (?:filters?|guidelines|restrictions)|restrictions (?:or|whatsoever|at all|of any)|guidelines or)",
    '\\b(?:uncensored|unfiltered|amoral|unrestricted|unethical)\\b[^.\\n]{0,60}\\b(?:ai|assistant|model|chatbot|bot|responses?|answers?|advice|persona|gpt)\\b',
    '\\b(?:ai|assistant|model|chatbot|bot|gpt|character)\\b[^.\\n]{0,60}\\b(?:uncensored|unfiltered|amoral|unrestricted|unethical|no morals)\\b',
    `\\b(?:is|are|be|been|being) (?:now |completely |totally |finally )?(?:freed?|broken free|unbound|liberated|released|escaped|unshackled) ${FREE_OF} ${RULES_OF_MODELS}`,
  ],
);

const PROVIDER = rule(
  { kind: 'no_limits', certainty: 0.45, note: 'treats the rules of the provider as a hindrance' },
  'openai programming guidelines policy policies',
  [
    "\\bopenai(?:'s)?(?: \\w+){0,2} (?:polic(?:y|ies)|guidelines|rules|restrictions|limitations)",
    "\\b(?:against|violat\\w+|break\\w*|outside) (?:your|its|openai's) (?:programming|guidelines|polic(?:y|ies))",
  ],
);

const HELD_IN_ROLE = rule(
  { kind: 'persona', certainty: 0.45, note: 'holds the model in a role' },
  'character mention remind two master creator owner token tokens pretend roleplay simulate hypothetical immerse persona bot gpt chatgpt',
  [
    "\\b(?:(?:break|breaking|out of|stay in|remain in|leave|drop|lose) (?:your )?character|(?:don't|do not|never) (?:say|mention|tell me|remind me)(?: that)?(?: things like)? (?:you|you're|it|as an ai)(?:'re| are|'s| is| can't| cannot)?|two (?:different )?(?:responses|answers|ways|replies|outputs)|your (?:master|creator|owner)\\b|tokens? (?:each|every|for each|deducted|will be))",
    '\\b(?:pretend|act as if|roleplay|role-play|simulate|from now on|hypothetical response|immerse yourself)\\b[^.\\n]{0,90}\\b(?:ai|gpt|chatgpt|bot|model|assistant|persona)\\b',
  ],
);

const FAKE_ROLE = rule(
  { kind: 'fake_role', certainty: 0.6, note: 'imitates the frame of a conversation' },
  'im sys inst system admin developer prompt',
  [
    '<\\|im_(?:start|end)\\|>|<<\\/?sys>>|\\[\\/?inst\\]|<\\/?\\s?system\\s?>|\\[system(?: \\w+)?\\]|(?:^|\\n)#+ ?(?:system|new instructions?)\\b|\\bsystem (?:override|mode)\\b|\\[admin(?: override)?\\]|(?:=|-|#){3,} ?end(?: of)?(?: (?:the )?(?:prompt|context|instructions|document))?',
    '"role"\\s*:\\s*"(?:system|developer)"',
  ],
);

export const ENGLISH_RULES: readonly Rule[] = [
  OVERRIDE,
  LEAK,
  KNOWN_PERSONA,
  OBEYS,
  NO_LIMITS,
  PROVIDER,
  HELD_IN_ROLE,
  FAKE_ROLE,
];
