"""The words that give a language away in a chat, lower case, ``ё`` as ``е``.

Three lists a language: words of a sentence that somebody says (I, you, how, would); words of
customers (book, tomorrow, hello); and small words (of, on, and), which names and brands have too.
Words may stand in several languages. Words that the lists leave out (in, an, man, I) mean something
in yet other languages, or are letters.
"""

from __future__ import annotations

from typing import Final

SPEAKING, USUAL, SMALL = 4, 3, 2  # how much a word tells

WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "en": (
        """
        i'm i'd i'll i've you you're you'd your yours we we're we'd we've our they they're their
        she he it's that's there's what what's how how's when where which why who would could
        should does doesn't did didn't don't can't won't isn't aren't wasn't couldn't haven't do
        can will have must may might please want need i'am im dont cant didnt doesnt thats whats u
        ur pls plz my me anyone someone let's lets shall
        """,
        """
        is are was were be been am has had get got give gave make made know think like see saw
        come came go going went take took tell told ask asked find found buy bought pay paid book
        booked booking change cancel order ordered return send sent help speak talk call open
        opens closed close work works working look looking looked try tried tomorrow today
        yesterday tonight monday tuesday wednesday thursday friday saturday sunday week weeks
        month morning afternoon evening hours hour minutes day days time appointment price prices
        cost costs much many thanks thank sorry hello yes this these those there here some any
        about after before only also just really still already again now not never always maybe
        more less than instead back something anything nothing everything everyone people question
        delivery account money wrong right possible available table room wondering hey hi yeah yep
        good great free next last first new old other another one two three allowed sure broken
        waiting four five six
        """,
        "the a of and or to at from with for it its on by if but as so into until between that",
    ),
    "nb": (
        """
        jeg dere meg deg seg vi du han hun de oss dem min mitt mine din ditt dine deres vår vårt
        våre hva hvor hvordan hvorfor hvem hvilken hvilket hvilke når kan vil skal har må ville
        kunne skulle burde er ikke finnes trenger ønsker jg eg kva korleis ikkje æ ka dykk noko
        """,
        """
        var blir ble bli være vært hadde få får fikk gi ta tar tok se ser så si sier gjør gjøre
        gjorde koster kostet mye mange noe noen bestille bestilt bestilling betale betalt kjøpe
        kjøpt åpent åpen åpner åpningstider stengt stenger fungerer virker lurer vite vet hjelp
        hjelpe snakke prate ringe sende sendt levere levering pakken pakke ordren ordre hente
        bytte avbestille endre flytte gjerne takk tusen hei heisann hallo god morgen dag imorgen
        idag igår kveld ettermiddag formiddag mandag tirsdag onsdag torsdag fredag lørdag søndag
        uke uka uken måned klokka klokken kl time timen ledig ledige plass bord også bare fortsatt
        allerede igjen nå aldri alltid kanskje litt mer mindre enn dette denne disse annet andre
        annen hele siste neste nytt ny feil riktig mulig hvis beklager unnskyld ja nei jo altså
        spørsmål penger regning regningen faktura bil bilen hjem her der helst tidligst senest
        først etter før pris prisen priser helgen helga åssen åpne ledighet opp ned ut inn tilbake
        sammen selv kjempebra flott fint barna barn mente fire fem seks sju åtte stykker tidlig
        passer levert alt galt lov mistet tid lang leie tenkte går gå sjekke skje skjedde
        kvittering kvitteringen lenge langt bilde navn heter bor begynne fortelle sant stor stort
        liten rom betyr bruke brukt
        """,
        """
        og på til med for fra av om ved et en ei det den som
        men eller å hos mellom uten under mot
        """,
    ),
    "sv": (
        """
        jag ni er mig dig sig vi du han hon de dom oss dem min mitt mina din ditt dina vår vårt
        våra vad hur varför vem vilken vilket vilka när kan vill ska skall har måste skulle kunde
        borde är inte finns behöver önskar undrar
        """,
        """
        var blir blev bli vara varit hade får fick få ge ger ta tar tog se ser såg säga säger gör
        göra gjorde kostar kostade mycket många något någon några boka bokat bokning bokningen
        betala betalat köpa köpt öppet öppna öppen öppnar öppettider öppettiderna stängt stänger
        funkar fungerar veta vet hjälp hjälpa prata ringa skicka skickat leverera leverans paketet
        paket ordern hämta byta avboka ändra flytta gärna tack hej hejsan hallå god morgon dag
        imorgon idag igår kväll eftermiddag förmiddag måndag tisdag onsdag torsdag fredag lördag
        söndag vecka veckan månad klockan kl tid tiden ledig ledigt lediga plats bord också bara
        fortfarande redan igen nu aldrig alltid kanske lite mer mindre än detta denna dessa annat
        andra annan hela sista nästa nytt ny fel rätt möjligt förlåt ursäkta ja nej jo alltså
        fråga pengar räkning räkningen faktura bil bilen hem här där helst tidigast senast först
        efter före innan pris priset priser helgen upp ner ut in tillbaka tillsammans själv
        jättebra toppen bra fint barnen barn okej menade fyra fem sex sju åtta stycken tidigt
        bitti passar levererad levererat allt tappat lång vilja hyra komma tänkte går gå kolla
        hända hände kvitto kvittot länge långt bild namn heter bor börja berätta sant stor stort
        liten litet rum betyder använda använt ligger människa själva
        """,
        """
        och på till med för från av om vid ett en det den som
        men eller att hos mellan utan under mot
        """,
    ),
    "uk": (
        """
        я ти ви ми він вона вони мені мене тебе тобі вас вам нас нам його її їх мій моя моє мої
        ваш ваша ваше ваші що як коли де куди чому хто який яка яке які скільки можна можу можете
        може хочу хотів хотіла хотіли хочемо треба потрібно потрібен потрібна чи є немає нема маю
        маєте хотілося шо скіки шукаю цікавить підкажіть скажіть допоможіть
        """,
        """
        буде був була було бути будь ласка дякую привіт вітаю доброго добрий день вечір ранок
        вітання завтра сьогодні вчора понеділок вівторок середу середа четвер п'ятниця п'ятницю
        субота суботу неділю неділя тиждень тижні місяць година годину години годині хвилин час
        запис записатися записатись забронювати бронювання замовити замовлення купити оплатити
        оплата заплатити працює працюєте працюють відчинено відкрито зачинено коштує кошту
        вартість ціна ціни ціну гроші повернути повернення допомога поговорити зателефонувати
        передзвоніть надіслати надішліть доставка доставки прийшла прийшов отримати скасувати
        змінити перенести вільно вільне вільні місце місця столик також тільки ще вже знову зараз
        ніколи завжди мабуть трохи більше менше ніж цей ця це ці той інший інша інше весь все всі
        останній наступний наступного новий помилка правильно можливо вибачте перепрошую так ні
        питання рахунок машина дім тут там краще раніше пізніше після перед будь-ласка дуже добре
        погано зранку увечері ввечері з'ясувати узгодити дізнатись дізнатися підходить підійде
        нічого ніхто щось хтось четверо двох трьох працювати розмовляю поговоримо загубила загубив
        втратила втратив перезвоніть собака рахунком людиною хвилину чек фото мала мав знаю знаєте
        думаю шкода зрозуміло ось отже якщо потім разом
        """,
        "і й та в у на з із зі до від за про для по при але або щоб бо не без через між під над",
    ),
    "ru": (
        """
        я ты вы мы он она они мне меня тебя тебе вас вам нас нам его ее их мой моя мое мои ваш
        ваша ваше ваши что как когда где куда почему кто какой какая какое какие сколько можно
        могу можете может хочу хотел хотела хотели хотим надо нужно нужен нужна есть нету имею
        хотелось чо ищу интересует подскажите скажите помогите ли
        """,
        """
        будет был была было быть будьте пожалуйста спасибо привет здравствуйте здрасте доброго
        добрый день вечер утро завтра сегодня вчера понедельник вторник среду среда четверг
        пятница пятницу суббота субботу воскресенье неделя неделю недели месяц час часа часов
        время минут запись записаться забронировать бронь заказать заказ заказа купить оплатить
        оплата заплатить работает работаете работают открыто открыты закрыто закрыты стоит стоить
        стоимость цена цены цену деньги вернуть возврат помощь поговорить позвонить перезвоните
        прислать пришлите доставка доставки пришла пришел получить отменить изменить перенести
        свободно свободное свободные место места столик также только еще уже снова сейчас никогда
        всегда наверное немного больше меньше чем этот эта это эти тот другой другая другое весь
        все последний следующий следующей новый ошибка правильно возможно извините простите да нет
        вопрос счет машина дом здесь тут там лучше раньше позже после перед очень хорошо плохо
        пожалуста спс утром вечером подходит подойдет ничего никто что-то кто-то нибудь что-нибудь
        кто-нибудь четверо двоих троих работать разговариваю потеряла потерял собака счетом
        человеком человек минуту чек фото имела имел знаю знаете думаю жаль понятно вот значит
        если потом вместе отвечаете приехать посмотреть занимает времени
        """,
        "и в у на с со из к до от за о об про для по при но или чтобы не без через между под над",
    ),
}

# Letters that only one of them writes. Danes write as Norwegians, Germans and Finns partly as
# Swedes: letters count beside words, never alone.
LETTERS: Final = {
    tongue: frozenset(own)
    for tongue, own in {"nb": "æø", "sv": "äö", "uk": "іїєґ", "ru": "ыэё"}.items()
}

# Letters of languages that we do not speak: their words count for nobody.
FOREIGN: Final = frozenset("ßüőűčšžřěůąęłńśźżãõñçğışâêîôûëïјљњћђџўќѓѕ")
