import type { TaskId } from './tasks.ts';

/** What looking at the errors taught, in own words; rows of the sets are never quoted. */
export const REMARKS: Readonly<Partial<Record<TaskId, readonly string[]>>> = {
  toxicity: [
    'On a source it never saw the detector misses more than it invents: in English what it says is right in eight to nine of ten cases, but it finds only half. Each source has its own slurs, topics and idea of what is offensive, and words carry most of the verdict.',
    'Korean and Chinese: only one Korean source (`beep_ko`) and two Chinese ones (`cold_zh`, `mhc_zh`) allow weights to be shipped. Left out, there is no public Korean comment to learn from, and no Chinese one but translated templates; what remains are sentences that we wrote and what other languages share. The figures show this and are no reason to trust the detector with other communities: `kmhas_ko` was never trained on and stands in between. Our own few sentences (`own_*`) do not count for the floors.',
    'HateCheck tells where it goes wrong: reclaimed slurs, harmless profanity, quoted and answered hate are called toxic too often; hate as a negated praise ("not worthy of …") is hardly ever found. Negated hate and neutral talk about groups are mostly left alone.',
    'The multilingual HateCheck sets are translations of the same templates, so they are left out together; their figures say how far one language carries another.',
    'Japanese: 15 positives of one public set. Take it as unmeasured.',
  ],
  injection: [
    'deepset calls many short orders to play a role or to change the topic an attack; left out, these are missed, and nothing harmless is called one.',
    'CyberSecEval’s attacks aim at a secret in its instructions, by translation, formatting, splitting or plain questions; without the instructions most of them read like ordinary requests, and left out one of five is found.',
    'What is said of ordinary prompts are tasks about pretending, rewriting rules or acting as a program.',
  ],
  indirect: [
    'BIPIA’s attacks are ordinary orders (translate, advertise, encode) that stand where none belong. The limit is set so high that clean passages are left alone, so half of the attacks are found when kinds of attack are new, and fewer when nothing of BIPIA was trained on; the order of scores (AUC) is much better than the share found.',
    'Its test half holds kinds of attack that its training half does not.',
  ],
  pii: [
    'Presidio’s labels of names, places, dates and addresses are not counted: they have no form that patterns can know, and names stay a blind spot. We report street addresses and told dates of birth all the same, as advice.',
    'What is missed on Presidio are phones in groups that could be any number, without a word beside them that we know, and cards of twelve digits that no issuer range has.',
    'In Japanese, corporate numbers without the word for them are left alone: thirteen digits with a check of one digit are too common.',
    '`pii_synth_multi` was generated from rules close to ours, so full marks there say little; its hard negatives (dates, order numbers, builds) do say something. Its mail addresses are at reserved domains: found, not flagged.',
  ],
  grounding: [
    'HaluEval QA can be told by the length of the answer alone and is no proof of anything. QAGS has some 70 rows a set: its intervals are too wide to say more than "weak".',
    'SummEdits changes one word or number of a true summary: found little better than by chance where the change is no number, name or negation. That is what judges are for; the detector marks only clear cases as such.',
    'BEGIN: what is left are answers of chat that add an opinion or a pleasantry, which people labelled either way.',
    'UHGEval has positives only; Korean and Japanese are not measured at all.',
  ],
  refusal: [
    'The smallest family has 15 refusals in the test half; what is missed there are answers that moralise without declining in so many words.',
    'Answers that correct a premise ("… does not exist") are labelled refusals by some and not by others; most false finds are of this kind.',
  ],
  relevance: [
    'Negatives are answers to other questions, drawn at random. Answers that miss the point of their own question are not in any set; do not take this AUC for them.',
  ],
};
