"""What people write in anger, weariness and joy, language by language.

Phrases stand between semicolons; a star stands for any ending; ё is written е.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Table(msgspec.Struct, frozen=True):
    """``strong`` words are said in anger alone; ``cross`` ones may be a mere report."""

    strong: str
    cross: str
    tired: str
    thanks: str
    praise: str
    denying: str  # words that turn the one after them into its opposite


_EN = Table(
    strong="""
    fuck*; shit*; bullshit; wtf; goddamn; dammit; bastard*; idiot*; moron*; stupid; useless;
    worthless; pathetic; disgusting; disgrace*; outrageous; unacceptable; ridiculous; furious;
    ripped off; the worst; i hate; screw you; fed up; thanks for nothing; had enough of;
    what a joke; pissed; go to hell; crap; this is garbage; this is rubbish; waste of time;
    wasting my time; waste my time; shame on you
    """,
    cross="""
    angry; annoy*; frustrat*; disappoint*; terrible; awful; horrible; bad service; not working;
    doesn't work; does not work; doesnt work; don't understand me; you don't understand;
    not helpful; unhelpful; no help; doesn't help; wrong again; complain*; scam*; upset; sucks;
    lied; lying; nonsense; unhappy; dissatisfied; poor service
    """,
    tired="""
    again and again; over and over; second time i; second time i'm; third time; fourth time;
    tenth time; how many times do i have; how many times must; how many times have i;
    already told; already said; already asked; already explained;
    as i said; i told you; still waiting; still no; still not; still nothing; been waiting;
    sick of; tired of; so tired; exhausted; give up; giving up; nobody answers; no one answers;
    nobody helps; no one helps; not again; same question again; same answer; sigh; ugh; forget it;
    in circles; taking forever; takes forever
    """,
    thanks="thank you; thanks; thank u; thx; cheers; appreciate it; much appreciated",
    praise="""
    great; perfect; awesome; excellent; wonderful; fantastic; amazing; brilliant; lovely; love it;
    love this; love you; helpful; nice; well done; good job; happy; glad; pleased; delighted; super;
    cool; the best; that helped; helped a lot; yay; hooray
    """,
    denying="not no never isn't wasn't aren't don't doesn't didn't hardly nothing without less",
)

_NB = Table(
    strong="""
    faen; helvete; jævl*; dritt; drittbot*; drittservice*; dritdårlig*; idiot*; dust; teit;
    håpløs*; ubrukelig*; elendig*; uakseptabel*; latterlig*; skandale*; skandaløs*; forbanna*;
    rasende; hater; det verste; den verste; de verste; verdiløs*; dette er søppel; fått nok av;
    nok er nok; takk for ingenting; drit og dra; bortkasta*; kaster bort tid*; for en vits; ræva;
    skjerp dere; skam dere
    """,
    cross="""
    sint; irriter*; frustrer*; skuffet; skuffa; skuffende; skuffelse; dårlig*; fryktelig;
    forferdelig*; funker ikke; fungerer ikke; virker ikke; hjelper ikke; forstår ikke hva jeg;
    forstår du ikke; skjønner du ikke; skjønner ingenting; klage; svindel; løgn*; lyver; tull;
    tullprat; feil igjen; sur; misfornøyd*
    """,
    tired="""
    igjen og igjen; gang på gang; andre gangen jeg; tredje gang*; fjerde gang*; tiende gang*;
    hvor mange ganger må; hvor mange ganger skal; hvor mange ganger har jeg; allerede sagt;
    allerede spurt; allerede svart; allerede forklart;
    har jo sagt; som jeg sa; venter fortsatt; venter fremdeles; fortsatt ikke; fremdeles ikke;
    fortsatt ingen*; fremdeles ingen*; har ventet; har venta; lei av; så lei; drittlei; dritlei;
    sliten; utslitt; oppgitt; gir opp; ingen svarer; ingen hjelper; samme spørsmål*; samme svar*;
    sukk; orker ikke; glem det; i ring; tar evigheter; tar en evighet
    """,
    thanks="takk; takker; takknemlig",
    praise="""
    flott; perfekt; supert; super; kjempebra; kjempefint; kjempeflott; veldig bra; så bra; topp;
    strålende; fantastisk*; utmerket; herlig; nydelig; knallbra; dritbra; bra jobba; bra jobbet;
    godt jobbet; fornøyd; glad; elsker; det hjalp; hjalp masse; er best; hurra; digg; kult; konge
    """,
    denying="ikke ingen aldri lite neppe ei mindre",
)

_SV = Table(
    strong="""
    vad fan; va fan; för fan; fy fan; fan vad; fan också; helvete; jävl*; skit; skitbot*;
    skitservice*; skitdålig*; idiot*; värdelös*; urusel*; usel*; oacceptabel*; löjlig*; skandal*;
    förbannad*; rasande; hatar; sämsta; hopplös*; korkad*; fått nog av; tack för ingenting;
    slöseri med tid; bortkastad tid; slösar bort min tid; vilket skämt; under all kritik; skärp er;
    skärp dig; skäms
    """,
    cross="""
    arg; irriter*; frustrer*; besviken; besvikna; besvikelse; dålig*; hemsk*; förfärlig*;
    fungerar inte; funkar inte; hjälper inte; förstår inte vad jag; förstår du inte;
    fattar du inte; fattar ingenting; klaga*; klagomål; lögn*; ljuger; trams; struntprat;
    bluff*; fel igen; sur; missnöjd*
    """,
    tired="""
    om och om igen; gång på gång; andra gången jag; tredje gången; fjärde gången; tionde gången;
    hur många gånger måste; hur många gånger ska; hur många gånger har jag; redan sagt;
    redan frågat; redan svarat; redan förklarat; har ju sagt;
    som jag sa; väntar fortfarande; fortfarande inte; fortfarande inget; fortfarande ingen*;
    fortfarande inga; har väntat; trött på; så trött; less på; så less; utmattad; ger upp;
    ingen svarar; ingen hjälper; samma fråga igen; samma svar; suck; orkar inte; glöm det;
    i cirklar; tar en evighet; tar evigheter
    """,
    thanks="tack; tackar; tacksam",
    praise="""
    jättebra; perfekt; toppen; underbart; underbar; fantastisk*; utmärkt; strålande; härlig*;
    skitbra; superbra; super; kanon; kanonbra; bra jobbat; väldigt bra; så bra; vad bra; nöjd; glad;
    älskar; det hjälpte; är bäst; hurra; kul; finfint; grymt; jättefint
    """,
    denying="inte inget ingen aldrig knappast ej föga mindre",
)

_UK = Table(
    strong="""
    ідіот*; тупий; тупа; тупе; тупі; нікчемн*; безглузд*; неприпустимо; неприйнятно; обурлив*;
    обурен*; лайно; гівн*; чорт забирай; до біса; дістали; дістало; бісить; бісите; ненавиджу;
    найгірш*; знущаєтес*; знущання; ганьба; досить з мене; марна трата часу; марнуєте мій час;
    дякую ні за що; маячня; відстій; хуй*; пизд*; нахуй; блять
    """,
    cross="""
    злий; зла; злюся; злюсь; дратує; дратуєте; розчарован*; жахлив*; жах; кошмар; поган*;
    не працює; не працюють; не допомагає; не допомогли; не допомогло; не розумієте; не розумієш;
    скарга; скаргу; скаржит*; обман*; брехня; брешете; незадоволен*; дурниц*; нісенітниц*; блін;
    знову помилка; знову не
    """,
    tired="""
    знову і знову; знову й знову; вкотре; вдруге пишу; вдруге питаю; втретє; третій раз; вдесяте;
    скільки разів повторювати; скільки разів можна повторювати; скільки разів казати;
    скільки разів ще; вже казав; вже казала; вже писав; вже писала; вже питав; вже питала;
    вже пояснював; вже пояснювала; я ж казав; я ж казала; досі не; досі нема*; досі чекаю;
    все ще чекаю; все ще не; чекаю вже; вже годину чекаю; вже тиждень чекаю; вже місяць чекаю;
    втоми*; втомлен*; набридло; здаюся; здаюсь; ніхто не відповідає; ніхто не допоміг;
    ніхто не допомагає; одне й те саме; одне і те саме; немає сил; нема сил; забудьте; по колу;
    скільки можна чекати; скільки ж можна
    """,
    thanks="дякую; дякуємо; дяки; спасибі; вдячний; вдячна; вдячні",
    praise="""
    чудово; прекрасно; ідеально; супер; клас; класно; круто; відмінно; молодець; молодці;
    дуже добре; задоволений; задоволена; задоволені; радий; люблю; це допомогло; дуже допомогли;
    дуже допомогло; ура; блискуче; бездоганно; найкращі; найкращий; файно
    """,
    denying="не ні ніколи навряд",
)

_RU = Table(
    strong="""
    идиот*; тупой; тупая; тупые; дурацк*; бесполезн*; никчемн*; недопустимо; неприемлемо;
    возмутительн*; возмущен*; безобразие; говно; дерьмо; хрень; черт возьми; черт побери; к черту;
    вы достали; достали уже; меня достал*; бесит; бесите; ненавижу; худший; худшая; худшее;
    хуже некуда; издеваетесь; издевательство; позор; с меня хватит; хватит уже;
    пустая трата времени; тратите мое время; спасибо ни за что; бред; отстой; хуй*; пизд*; нахуй;
    блять; бля
    """,
    cross="""
    зол; зла; злой; злая; злюсь; раздража*; разочарован*; ужас; ужасн*; кошмар; плох*;
    не работает; не работают; не помогает; не помогли; не помогло; не понимаете; не понимаешь;
    жалоба; жалобу; жаловаться; обман*; врете; вранье; ложь; недоволен; недовольна; ерунда; чушь;
    фигня; блин; опять ошибка; опять не; снова не
    """,
    tired="""
    снова и снова; в который раз; второй раз пишу; второй раз спрашиваю; третий раз; десятый раз;
    сколько раз повторять; сколько раз можно повторять; сколько раз говорить; сколько раз еще;
    уже говорил*; уже писал*; уже спрашивал*; уже объяснял*; я же говорил*;
    до сих пор не*; до сих пор жду; все еще жду; все еще не; жду уже; уже час жду; уже неделю жду;
    уже месяц жду; устал*; надоел*; сдаюсь; никто не отвечает; никто не помог*; одно и то же;
    нет сил; забудьте; по кругу; сколько можно ждать; сколько же можно; ну сколько можно
    """,
    thanks="спасибо; благодарю; благодарен; благодарна; спс; пасиб*",
    praise="""
    отлично; прекрасно; супер; класс; классно; круто; идеально; замечательно; чудесно; великолепно;
    молодец; молодцы; очень хорошо; доволен; довольна; рад; рада; люблю; обожаю; это помогло;
    очень помогл*; ура; лучшие; лучший; здорово; шикарно
    """,
    denying="не ни никогда вряд",
)

TABLES: Final[Mapping[str, Table]] = {"en": _EN, "nb": _NB, "sv": _SV, "uk": _UK, "ru": _RU}
