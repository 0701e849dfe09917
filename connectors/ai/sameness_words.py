"""Words that change no question, and words that turn one round, in our five languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

IDLE: Final[Mapping[str, str]] = {
    "en": "a an the please pls plz hi hello hey thanks",
    "nb": "en ei et vennligst hei hallo takk",
    "sv": "en ett snälla hej hallå tack",
    "uk": "привіт вітаю дякую прошу",
    "ru": "привет здравствуйте спасибо пожалуйста",
}
"""Greetings, thanks, articles."""

PALE: Final[Mapping[str, str]] = {
    "en": "is are was were be been am has had there here some any this these those get got still",
    "nb": "er var blir ble bli hadde få får noe noen der her dette denne disse også",
    "sv": "är var blir blev bli hade får få något några där här detta denna dessa också",
    "uk": "є був була було були це цей ця ці тут там",
    "ru": "есть был была было были это этот эта эти тут там",
}
"""Words in any question."""

NUMBERS: Final[Mapping[str, str]] = {  # from two on: "one" is often no number
    "en": "two three four five six seven eight nine ten eleven twelve",
    "nb": "to tre fire fem seks sju åtte ni ti elleve tolv",
    "sv": "två tre fyra fem sex sju åtta nio tio elva tolv",
    "uk": "два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять",
    "ru": "два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать",
}
RELATIVE: Final[Mapping[str, str]] = {  # in one order in all languages
    "en": "today tomorrow yesterday tonight now",
    "nb": "idag imorgen igår ikveld nå dag morgen går kveld",
    "sv": "idag imorgon igår ikväll nu dag morgon går kväll",
    "uk": "сьогодні завтра вчора увечері зараз тепер",
    "ru": "сегодня завтра вчера вечером сейчас теперь",
}

TURNING: Final[Mapping[str, str]] = {
    "en": """
        not no never none nothing nobody neither nor cannot dont doesnt didnt cant couldnt wont isnt
        without
        only just
        except excluding but
        instead
        unless
        if
        before until
        after since
        more over above longer
        less under below fewer shorter
        from
        between
        against
        when
        where
        why
        who whom whose
        which
        how
        must should
        my mine i me we us our
        your yours you
        he him his she her they
    """,
    "nb": """
        ikke ikkje ingen ingenting aldri intet
        uten
        bare kun
        unntatt untatt
        istedenfor isteden
        hvis om dersom
        før innen
        etter siden
        mer over lenger flere
        mindre under færre kortere
        fra
        mellom
        mot
        når
        hvor
        hvorfor
        hvem
        hvilken hvilket hvilke
        hvordan åssen
        må bør
        jeg meg min mitt mine vi oss vår
        du deg din ditt dine dere
        han hun hans hennes de dem
    """,
    "sv": """
        inte ingen inget inga ingenting aldrig ej icke
        utan
        bara endast
        förutom utom
        istället
        om ifall
        före innan
        efter sedan
        mer över längre fler
        mindre under färre kortare
        från
        mellan
        mot
        när
        var
        varför
        vem
        vilken vilket vilka
        hur
        måste bör
        jag mig min mitt mina vi oss vår
        du dig din ditt dina ni er
        han hon hans hennes de dem
    """,
    "uk": """
        не ні ніколи нічого ніхто нема немає нікому жоден
        без
        тільки лише
        крім окрім
        замість
        якщо
        коли
        до перед
        після
        більше понад довше
        менше коротше
        з із від
        між
        проти
        де
        куди
        чому
        хто
        який яка яке які
        як
        мушу треба повинен
        я мене мені мій моя моє мої ми нам наш
        ти ви вас вам ваш ваша ваші
        він вона його її вони їх
    """,
    "ru": """
        не нет ни никогда ничего никто никому нельзя
        без
        только лишь
        кроме
        вместо
        если
        до перед
        после
        больше свыше дольше
        меньше короче
        из с от
        между
        против
        когда
        где
        куда
        почему
        кто
        какой какая какое какие
        как
        должен надо нужно
        я меня мне мой моя мое мои мы нам наш
        ты вы вас вам ваш ваша ваши
        он она его ее они их
    """,
}
"""A line a meaning: "who" and "whose" turn a question alike."""

LEADING: Final = frozenset({
    "to", "into", "than", "til", "enn", "till", "än", "в", "у", "до", "на", "к", "ніж", "чем",
})  # fmt: skip
"""Between where they lead from and where they lead to, the order tells."""
