"""The words around a language's name by which visitors ask for it, in our five languages.

A sentence asks for a language where nothing but one of `BEFORE` and one of `AFTER` stands around
the name, so "I need an English translator" asks for none. Languages may be mixed: "på English".
"""

from __future__ import annotations

from typing import Final


def _listed(*lines: str) -> list[str]:
    return [phrase for line in lines for phrase in line.split(", ")]


def _with(openers: list[str], requests: list[str]) -> set[str]:
    return {f"{opener} {request}".strip() for opener in ("", *openers) for request in requests}


BEFORE: Final = frozenset(
    {
        "",
        *_with(
            _listed(
                "please, can you, can you please, could you, could you please, can we, could we",
                "can i, could i, i want to, i would like to, i d like to, let s, is it possible to",
                "may we",
            ),
            _listed(
                "in, speak, speak in, talk, talk in, talk to me in, write, write in",
                "write to me in, answer in, answer me in, reply in, continue in, go on in, use",
                "do this in, do it in, have this in, have it in, chat in, switch to, change to",
                "switch language to, switch the language to, change language to",
                "change the language to, please",
            ),
        ),
        *_listed(
            "i only speak, i can only speak, do you speak, do you know, let us speak, language",
            "preferably in, rather in, i prefer to speak, set language to",
        ),
        *_with(
            _listed(
                "kan du, kan dere, kan vi, kan jeg, kunne du, kunne vi, jeg vil, jeg vil gjerne",
                "jeg ønsker å, la oss, vennligst, går det an å",
            ),
            _listed(
                "på, snakk, snakke, skriv, skriv på, skrive, skrive på, svar på, svare på",
                "svar meg på, fortsett på, fortsette på, bruk, bruke, ta det på, ta dette på",
                "få det på, få dette på, bytt til, bytte til, bytt språk til, bytte språk til",
                "bytt språket til, skift til, skifte til, skift språk til, endre til",
                "endre språk til, endre språket til, gå over til",
            ),
        ),
        *_listed(
            "jeg snakker bare, jeg kan bare, snakker du, snakker dere, kan du, kan dere, helst på",
            "gjerne på, språk",
        ),
        *_with(
            _listed(
                "kan du, kan ni, kan vi, kan jag, skulle du kunna, skulle vi kunna, jag vill",
                "jag vill gärna, jag skulle vilja, snälla, låt oss, går det att",
            ),
            _listed(
                "på, prata, prata på, tala, tala på, snacka, skriv, skriv på, skriva, skriva på",
                "svara på, svara mig på, fortsätt på, fortsätta på, använd, använda, ta det på",
                "ta det här på, få det på, få det här på, byt till, byta till, byt språk till",
                "byta språk till, byt språket till, ändra till, ändra språk till",
                "ändra språket till, växla till, gå över till",
            ),
        ),
        *_listed(
            "jag talar bara, jag pratar bara, jag kan bara, talar du, talar ni, pratar du",
            "pratar ni, kan du, kan ni, helst på, gärna på, språk",
        ),
        *_with(
            _listed(
                "будь ласка, можеш, можете, ви можете, чи можете ви, чи можна, можна, можемо",
                "давай, давайте, хочу, я хочу, прошу, краще",
            ),
            _listed(
                "говори, говоріть, говорити, поговоримо, розмовляй, розмовляйте, розмовляти, пиши",
                "пишіть, писати, відповідай, відповідайте, відповідати, спілкуватися, продовжуй",
                "продовжуйте, продовжити, продовжимо, на, перейди на, перейдіть на, перейти на",
                "перейдемо на, переключи на, переключіть на, переключись на, переключіться на",
                "перемкни на, перемкніть на, зміни мову на, змініть мову на, змінити мову на",
                "будь ласка",
            ),
        ),
        *_listed(
            "можна, можна на, давай, давайте, краще, мова, мовою, я знаю лише, я розмовляю лише",
            "я говорю лише, ви розмовляєте, ви говорите, чи розмовляєте ви, чи говорите ви",
        ),
        *_with(
            _listed(
                "пожалуйста, можешь, можете, вы можете, не могли бы вы, можно, можем, давай",
                "давайте, хочу, я хочу, прошу, лучше",
            ),
            _listed(
                "говори, говори на, говорите, говорите на, говорить, говорить на, поговорим",
                "поговорим на, разговаривай, разговаривайте, разговаривать, разговаривать на, пиши",
                "пиши на, пишите, пишите на, писать, писать на, отвечай, отвечай на, отвечайте",
                "отвечайте на, отвечать, отвечать на, общаться, общаться на, продолжай на",
                "продолжайте на, продолжить на, продолжим на, на, перейди на, перейдите на",
                "перейти на, перейдём на, переключи на, переключите на, переключись на",
                "переключитесь на, смени язык на, смените язык на, сменить язык на",
                "поменяй язык на, поменяйте язык на, поменять язык на, пожалуйста",
            ),
        ),
        *_listed(
            "можно, можно на, давай, давайте, лучше, язык, я говорю только, я говорю только на",
            "вы говорите, вы говорите на, ты говоришь",
        ),
    }
)
AFTER: Final = frozenset(
    {
        "",
        *_listed(
            "please, now, instead, instead please, only, only please, language, language please",
            "if possible, if you can, thanks, thank you, with me, with me please, to me",
            "to me please, takk, i stedet, i stedet takk, isteden, er du snill, er du grei",
            "vær så snill, med meg, nå, språk, om mulig, hvis mulig, hvis det går, tack, istället",
            "i stället, istället tack, i stället tack, snälla, är du snäll, med mig, nu",
            "om det går, om möjligt, vore bra, будь ласка, мова, мовою, мову, мовою будь ласка",
            "мову будь ласка, мові, зі мною, зі мною будь ласка, якщо можна, якщо можливо, прошу",
            "тепер, дякую, пожалуйста, язык, языке, язык пожалуйста, языке пожалуйста, со мной",
            "со мной пожалуйста, если можно, если возможно, теперь, спасибо",
        ),
    }
)
