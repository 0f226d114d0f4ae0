"""Words that carry grammar and no subject: left out of topics and of the description of single stories.

Closed classes only (articles, pronouns, prepositions, conjunctions, auxiliaries, degree and sentence adverbs), written down
from grammars by language. No noun, no name, no full verb but "to be", "to have", "to do", "to say" and their like: content
words are never dropped, however frequent. Forms are matched after apostrophes are made alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

_WORDS = {
    "en": """
        a an the this that these those i me my mine myself we us our ours ourselves you your yours yourself yourselves
        he him his himself she her hers herself it its itself they them their theirs themselves one ones who whom whose
        which what whoever whatever whichever someone somebody something anyone anybody anything everyone everybody
        everything no one nobody nothing none each every either neither both all any some such same other others another
        many much more most few fewer less least several enough own and or but nor so yet if then else than because
        although though while whereas unless until since when whenever where wherever why how whether as at by for from
        in into of off on onto out over under up down with within without about above across after against along amid
        among around before behind below beneath beside besides between beyond despite during except inside like near
        outside per through throughout to toward towards upon via am is are was were be been being have has had having
        do does did doing done will would shall should can could may might must ought cannot let lets get gets got
        gotten getting go goes going gone went not never also too very just only even still already again almost always
        often ever rather quite perhaps maybe however therefore thus hence instead indeed now here there away back well
        else once twice soon later ago today yesterday tomorrow say says said saying tell tells told yes don't doesn't
        didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't hasn't haven't hadn't mustn't i'm
        i've i'll i'd you're you've you'll you'd he's he'll he'd she's she'll she'd it's it'll it'd we're we've we'll
        we'd they're they've they'll they'd that's there's what's who's where's let's ain't s t d ll re ve m mr mrs ms
        dr etc according including among amongst""",
    "es": """
        el la los las lo un una unos unas al del este esta esto estos estas ese esa eso esos esas aquel aquella aquello
        aquellos aquellas yo me mí mi mis mío mía tú te ti tu tus usted ustedes él ella ellos ellas le les se sí su sus
        suyo suya suyos suyas nosotros nosotras nos nuestro nuestra nuestros nuestras vosotros vosotras os vuestro
        vuestra que qué quien quién quienes quiénes cual cuál cuales cuáles cuyo cuya cuyos cuyas alguien algo alguno
        alguna algunos algunas algún nadie nada ninguno ninguna ningún cada todo toda todos todas ambos ambas mismo
        misma mismos mismas otro otra otros otras mucho mucha muchos muchas poco poca pocos pocas más menos tan tanto
        tanta tantos tantas demasiado varios varias y e o u ni pero mas sino aunque porque pues si cuando mientras donde
        dónde cómo como así a ante bajo con contra de desde durante en entre hacia hasta mediante para por según sin
        sobre tras ser es son era eran fue fueron soy eres somos sea sean sería serían sido siendo estar está están
        estaba estaban estuvo estuvieron estado esté estén haber ha han había habían hubo hay haya hayan habrá habría
        hemos he tener tiene tienen tenía tenían tuvo hacer hace hacen hizo hacía poder puede pueden podía podría podrán
        podrá deber debe deben debía ir va van iba iban no nunca jamás también tampoco muy ya aún todavía siempre casi
        sólo solo entonces luego después antes ahora hoy ayer mañana aquí ahí allí además incluso quizás quizá tal vez
        decir dice dicen dijo dijeron dicho dijera""",
    "fr": """
        le la les l un une des du de d au aux ce cet cette ces ça cela ceci celui celle ceux celles je j me m moi mon ma
        mes tu te t toi ton ta tes il elle on ils elles lui leur leurs se s soi son sa ses nous notre nos vous votre vos
        eux qui que qu quoi dont où quel quelle quels quelles lequel laquelle lesquels lesquelles auquel duquel quelqu
        quelque quelques quelconque chacun chacune chaque tout toute tous toutes aucun aucune autre autres même mêmes
        tel telle tels telles plusieurs certain certains certaine certaines et ou mais donc or ni car si comme lorsque
        quand puisque parce afin alors ainsi à après avant avec chez contre dans depuis derrière dès devant durant en
        entre envers hors jusque jusqu malgré par parmi pendant pour sans selon sous sur vers via être est sont était
        étaient fut furent sera seront serait seraient soit soient suis es sommes êtes été étant avoir a ont avait
        avaient eut eurent aura auront aurait auraient ait aient ai as avons avez eu ayant faire fait font faisait fera
        pouvoir peut peuvent pouvait pourrait pourraient devoir doit doivent devait devrait aller va vont allait ne n
        pas plus moins très trop peu beaucoup assez bien aussi encore déjà toujours jamais souvent seulement surtout
        presque là ici y c aujourd hui hier demain ensuite puis enfin cependant toutefois pourtant dire dit disent
        disait""",
    "pt": """
        o a os as um uma uns umas ao aos à às do da dos das no na nos nas num numa dum duma pelo pela pelos pelas este
        esta isto estes estas esse essa isso esses essas aquele aquela aquilo aqueles aquelas neste nesta nesse nessa
        deste desta desse dessa naquele naquela eu me mim meu minha meus minhas tu te ti teu tua você vocês ele ela eles
        elas lhe lhes se si seu sua seus suas nós nosso nossa nossos nossas que quem qual quais cujo cuja cujos cujas
        alguém algo algum alguma alguns algumas ninguém nada nenhum nenhuma cada todo toda todos todas tudo ambos ambas
        mesmo mesma mesmos mesmas outro outra outros outras muito muita muitos muitas pouco pouca poucos poucas mais
        menos tão tanto tanta tantos tantas vários várias e ou nem mas porém porque pois se quando enquanto onde como
        assim embora a ante após até com contra de desde durante em entre para perante por segundo sem sob sobre trás
        ser é são era eram foi foram sou somos seja sejam seria seriam sido sendo estar está estão estava estavam esteve
        esteja haver há havia houve haja ter tem têm tinha tinham teve tiveram tenha tenham terá teria fazer faz fazem
        fez fizeram poder pode podem podia poderia poderá dever deve devem devia deveria ir vai vão ia iam não nunca
        jamais também muito já ainda sempre quase só apenas então depois antes agora hoje ontem amanhã aqui aí ali lá
        além dizer diz dizem disse disseram""",
    "de": """
        der die das den dem des ein eine einen einem einer eines dieser diese dieses diesen diesem jener jene jenes
        jenen jenem ich mich mir mein meine meinen meinem meiner meines du dich dir dein deine er ihn ihm sein seine
        seinen seinem seiner seines sie ihr ihre ihren ihrem ihrer ihres es wir uns unser unsere unseren unserem unserer
        euch euer eure ihnen sich man wer wen wem wessen was welcher welche welches welchen welchem jemand etwas niemand
        nichts jeder jede jedes jeden jedem alle alles allen aller allem beide beiden mancher manche einige einigen
        einiger viel viele vielen vieler wenig wenige mehr weniger andere anderen anderer anderes anderem selbst solche
        solchen kein keine keinen keinem keiner keines und oder aber sondern denn doch wenn weil dass daß ob als wie wo
        wann warum während bevor nachdem damit obwohl sowie sowohl weder noch an am ans auf aus außer bei beim bis durch
        für gegen hinter in im ins mit nach neben ohne seit statt trotz über um unter von vom vor wegen zu zum zur
        zwischen laut sein bin bist ist sind war waren wäre wären gewesen sei seien haben habe hat hatte hatten hätte
        hätten gehabt werden werde wird wurde wurden würde würden worden können kann konnte konnten könnte könnten
        müssen muss musste mussten sollen soll sollte sollten wollen will wollte wollten dürfen darf dürfte mögen mag
        möchte nicht nie auch nur schon sehr so noch immer wieder dann da dort hier jetzt heute gestern morgen etwa
        bereits dabei dafür dagegen daran darauf daraus darin darüber darum davon dazu jedoch zwar ja nein sagen sagt
        sagte sagten gesagt""",
    "ru": """
        и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне было вот от
        меня еще ещё нет о об из ему теперь когда даже ну вдруг ли если уже или ни быть был была были будет будут него
        до вас нибудь опять уж вам ведь там потом себя ничего ей может могут они тут где есть надо ней для мы тебя их
        чем сам сама сами чтоб чтобы без будто чего раз тоже себе под ж тогда кто этот эта это эти этого этой этих этом
        этому этим того той тех том тому тем потому какой какая какое какие которого которой которых который которая
        которое которые которым которую котором совсем ним здесь этом один почти мой моя моё мои тем нее неё сейчас куда
        зачем всех никогда можно при наконец два другой другие других хоть после над больше тот через эти нас про всего
        них какая много разве три эту моя впрочем свою своей своих свой своего своим своими этой перед иногда чуть
        нельзя такой такая такие таких им более менее всегда конечно всю между также однако поэтому лишь либо из-за
        из-под ещё сказал сказала сказали говорит говорят заявил заявила заявили отметил отметила""",
    "it": """
        il lo la i gli le l un uno una del dello della dei degli delle dell al allo alla ai agli alle all dal dallo
        dalla dai dagli dalle dall nel nello nella nei negli nelle nell sul sullo sulla sui sugli sulle sull questo
        questa questi queste quello quella quelli quelle quel quei io me mi mio mia miei mie tu te ti tuo tua lui lei
        loro si se suo sua suoi sue noi ci nostro nostra voi vi vostro che chi cui quale quali qualcuno qualcosa nessuno
        niente nulla ogni ognuno tutto tutta tutti tutte altro altra altri altre stesso stessa molto molta molti molte
        poco poca pochi poche più meno tanto tanti tale e ed o ma né anche se perché quando mentre dove come così benché
        a ad con contro da di durante fra in per presso senza secondo sopra sotto su tra verso essere è sono era erano
        fu furono sia siano sarà sarebbe stato stata stati state essendo avere ha hanno aveva avevano ebbe abbia avrà
        avrebbe fare fa fanno fatto può possono poteva potrebbe deve devono va vanno non mai già ancora sempre quasi
        solo poi dopo prima ora oggi ieri domani qui qua là molto d c dire dice dicono detto""",
}  # fmt: skip


@cache
def function_words(language: str) -> frozenset[str]:
    """The function words of an ISO 639-1 language; an empty set where the language has no list."""
    return frozenset(word for word in _WORDS.get(language, "").split())


def languages() -> tuple[str, ...]:
    """Languages that have a list."""
    return tuple(sorted(_WORDS))


def stop_words(codes: Iterable[str]) -> frozenset[str]:
    """Function words of all the given languages together."""
    return frozenset().union(*(function_words(code) for code in set(codes)))
