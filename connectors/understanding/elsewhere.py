"""What people say that hardly any bot has an intent for, in our five languages.

Small bots have no way of telling from their own examples what lies outside of them: beside two
intents every sentence is more like one than like the other. These stand for all the rest.
"""

from __future__ import annotations

from typing import Final


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


SENTENCES: Final = {
    "en": _lines(
        """
        who painted the ceiling of that chapel in Rome
        how far is the moon from the earth
        what is the capital of Mongolia
        which team won the cup final last year
        how many legs does a spider have
        why is the sky blue
        when did the Roman empire fall
        is there life on other planets
        what do you think about the elections
        who is the richest person in the world
        how do birds find their way south
        what is the highest mountain in Africa
        my sister plays the violin
        I had pasta for dinner yesterday
        the dog next door barks all night
        we went hiking in the hills on Sunday
        my grandmother was born in a small village
        I am a bit tired today
        it rained all morning here
        the children are at school
        my name is Martin and I live by the sea
        do you believe in ghosts
        which book should I read next
        can you write a poem about autumn
        how do I prove that the square root of two is irrational
        who wrote the song that goes la la la
        what colour are your eyes
        are cats smarter than dogs
        how do I become a pilot
        how old do turtles get
        what is the best way to train for a marathon
        how do I get a wine stain out of a carpet
        how do I grow tomatoes on a balcony
        what happens at the end of the film
        is it dangerous to swim after eating
        how much does an elephant weigh
        what were the causes of the first world war
        who discovered penicillin
        how do I fold a paper plane
        what does the president earn
        which stocks will rise next week
        how do I fix the chain of my bicycle
        what language do they speak in Brazil
        can fish feel pain
        how do volcanoes work
        I prefer tea to coffee
        please call me when you get home
        that is a funny thing to say
        the meeting was moved to the second floor
        never mind, it was nothing
        let me think about it for a moment
        asdf qwer zxcv
        one two three testing
        how tall is the tallest building
        what is the plural of octopus
        how do magnets work
        are there any good concerts this weekend
        who is your favourite singer
        how is glass made
        what should I wear to a wedding
        """
    ),
    "nb": _lines(
        """
        hvem malte taket i kapellet i Roma
        hvor langt er det til månen
        hva heter hovedstaden i Mongolia
        hvilket lag vant cupfinalen i fjor
        hvor mange bein har en edderkopp
        hvorfor er himmelen blå
        tror du det finnes liv på andre planeter
        hva mener du om valget
        hvem er verdens rikeste menneske
        søsteren min spiller fiolin
        jeg spiste pasta til middag i går
        naboens hund bjeffer hele natta
        vi gikk tur i fjellet på søndag
        bestemor ble født i ei lita bygd
        jeg er litt trøtt i dag
        det har regnet hele formiddagen
        ungene er på skolen
        jeg heter Martin og bor ved sjøen
        tror du på spøkelser
        kan du skrive et dikt om høsten
        hvordan blir man pilot
        hvor gamle blir skilpadder
        hvordan får jeg rødvin ut av teppet
        hvordan dyrker jeg tomater på balkongen
        hvem oppdaget penicillin
        hvordan virker en magnet
        kan fisk føle smerte
        jeg liker te bedre enn kaffe
        ring meg når du kommer hjem
        møtet er flyttet til andre etasje
        la meg tenke litt på det
        hva skal jeg ha på meg i bryllup
        """
    ),
    "sv": _lines(
        """
        vem målade taket i kapellet i Rom
        hur långt är det till månen
        vad heter huvudstaden i Mongoliet
        vilket lag vann cupfinalen förra året
        hur många ben har en spindel
        varför är himlen blå
        tror du att det finns liv på andra planeter
        vad tycker du om valet
        vem är världens rikaste människa
        min syster spelar fiol
        jag åt pasta till middag igår
        grannens hund skäller hela natten
        vi vandrade i fjällen i söndags
        mormor föddes i en liten by
        jag är lite trött idag
        det har regnat hela förmiddagen
        barnen är i skolan
        jag heter Martin och bor vid havet
        tror du på spöken
        kan du skriva en dikt om hösten
        hur blir man pilot
        hur gamla blir sköldpaddor
        hur får jag bort rödvin från mattan
        hur odlar jag tomater på balkongen
        vem upptäckte penicillinet
        hur fungerar en magnet
        kan fiskar känna smärta
        jag tycker bättre om te än kaffe
        ring mig när du kommer hem
        mötet är flyttat till andra våningen
        låt mig tänka lite på saken
        vad ska jag ha på mig på bröllopet
        """
    ),
    "uk": _lines(
        """
        хто розписав стелю каплиці в Римі
        яка відстань до Місяця
        яка столиця Монголії
        яка команда торік виграла кубок
        скільки ніг у павука
        чому небо блакитне
        чи є життя на інших планетах
        що ти думаєш про вибори
        хто найбагатша людина у світі
        моя сестра грає на скрипці
        учора я їв макарони на вечерю
        сусідський собака гавкає всю ніч
        у неділю ми ходили в гори
        бабуся народилася в маленькому селі
        я сьогодні трохи втомився
        увесь ранок ішов дощ
        діти в школі
        мене звати Мартин, я живу біля моря
        ти віриш у привидів
        напиши вірш про осінь
        як стати пілотом
        скільки живуть черепахи
        як вивести пляму вина з килима
        як виростити помідори на балконі
        хто відкрив пеніцилін
        як працює магніт
        чи відчувають риби біль
        мені більше подобається чай, ніж кава
        подзвони, коли будеш удома
        зустріч перенесли на другий поверх
        дай мені трохи подумати
        що вдягнути на весілля
        """
    ),
    "ru": _lines(
        """
        кто расписал потолок капеллы в Риме
        какое расстояние до Луны
        какая столица Монголии
        какая команда выиграла кубок в прошлом году
        сколько ног у паука
        почему небо голубое
        есть ли жизнь на других планетах
        что ты думаешь о выборах
        кто самый богатый человек в мире
        моя сестра играет на скрипке
        вчера я ел макароны на ужин
        соседская собака лает всю ночь
        в воскресенье мы ходили в горы
        бабушка родилась в маленькой деревне
        я сегодня немного устал
        всё утро шёл дождь
        дети в школе
        меня зовут Мартин, я живу у моря
        ты веришь в привидения
        напиши стихотворение про осень
        как стать пилотом
        сколько живут черепахи
        как вывести пятно вина с ковра
        как вырастить помидоры на балконе
        кто открыл пенициллин
        как работает магнит
        чувствуют ли рыбы боль
        мне больше нравится чай, чем кофе
        позвони, когда будешь дома
        встречу перенесли на второй этаж
        дай мне немного подумать
        что надеть на свадьбу
        """
    ),
}
