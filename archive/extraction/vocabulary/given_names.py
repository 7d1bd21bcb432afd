"""Given names of the outlets' countries: a line of two or three words that starts with one is a signature."""

from __future__ import annotations

GIVEN_NAMES = frozenset(
    """
абай абзал агата аграфена аида айбек айгерим айгуль айдар айдос айдын айжан айзада айнур айнура айнұр айрат
айсулу айсұлу акмарал алан алдар александр алексей алексия алена алесь али алим алима алина алихан алия алла
алмаз алмас алсу алтынай алтынбек альберт альбина альжбета альмира альфия аляксандр аляксей алёна аліна
аліса аманжол аманкелді амина амир анара анастасия анастасія анатолий анатолій анвар анвара анджела андрей
андрусь андрэй андрій анжаліка анжела анжелика анжеліка анна антон антонида антонина антось ануар анфиса
арай ардақ арина аркадий арман арсен арсений арсеній арслан артем артемий артур артём аружан арцём арыстан
асель асем асия аскар астемир асхат ася аурика ахмед аяз аян ақан ақбота ақерке ақмарал баир бакыт бауыржан
бахыт бахытжан баяр бақыт бақытжан бейбіт бекжан бекзат бектур богдан богдана болат борис ботагөз булат бэла
в'ячеслав ваагн вадим вадима валентин валентина валерий валерия валерій валид ванда варвара василий василиса
василь васіль вахтанг венера вера вероника виктор виктория виолетта виталий виталина влад влада владимир
владислав володимир вольга всеволод вячеслав віктар віктарыя віктор вікторыя вікторія віолетта віта віталь
віталій гаджи гайша галина галіна ганна гарик гаухар гаяне генадзь геннадий геннадій георгий георгия герасим
герман глеб григорий григорій гузель гульмира гульназ гульнара гульнур гульсина гурам гүлжан гүлмира гүлнар
гүлнұр гүлшат дана даниил данил данила данило даниэль дания данияр дар'я дарина дархан дарья дарія дастан
даурен демид демьян денис джамиля джамшед дзмітрый диана дидар дилара дильмурат дина динар динара динмухамед
динмұхамед дияна дмитрий дмитро добрыня діана дәулет ева евгений евгения евдокия егор едуард екатерина елдос
елена елизавета елисей ельвіра емельян емілія ерасыл ерболат ержан еркебұлан ерлан ермек ернар есения ефим
жан жана жанар жандос жанерке жанна жаннат жансая жибек жәнібек заира закир залим залина замира зара зарема
зарина заур захар земфира зинаида злата зміцер зоряна зоя зураб зухра зьміцер зіновій зәуре ибрагим иван
игнат игорь ильдар ильнар ильнур ильшат илья инал инга индира инесса инна иннокентий иосиф ирина ислам ия
йосип камила камиль каміла канат карен карим карина каролина кастусь катерина катя кацярына кира кирилл
кирило кирсан клавдия клим климентій константин корней костянтин кристина ксения ксенія куаныш кузьма кіра
лада ладомир лариса лаура леанід лев лейла лейсан леон леонид леонтий леонід лера леся лидия лилия линара
линда луиза лука любава любов любовь любомир людмила лідія лілія магомед мадина мадияр майра майя макар
максим максім малика мамед манана манас мар'ян мар'яна марат маргарита мариам марианна марина мария марк
марлен марына марыя марьям марьяна марія матвей махмуд мацвей мақсат медет мелания мехман микита микола мила
милана милена мира мирзо мирлан мирон мирослав мирослава михаил михайло мстислав мубарак мурад мурат муслим
мухтар мікалай мікіта мілана міхась міхаіл мұрат мұхтар мәдина мөлдір надежда надзея надира надія назар
назерке назира наида наиль наиля нана нариман нарине наста настасья настя насця наталия наталля наталья
наталя наталія наум нелли нестор никита николай николь нина нино нурбек нургуль нуржан нурия нурлан нурлыбек
нурсултан нурсулу ніна нұрбол нұргүл нұржан нұрлан нұрсұлтан оганес оксана олег олекса олександр олексій
олена олеся олжас ольга омар орест орина остап оңдасын павал павел павло панас паулина перизат петр петро
платон полина поліна прасковья пётр пётра раиса рамазан рамзан рамиль ратмир рауан рафаэль рафик рашид
регина ренат рената римма ринат рита роберт родион родіон роза розалия розана роман ростислав рубен рузанна
руслан руслана рустам руфина рушан рыгор савелий саида салават салтанат самат самвел сандуғаш сания сарвар
сардор сауле саян сағат светлана святлана святослав світлана севара семен семён серафим серафима сергей
сергій серик серикбол серік снежана сніжана соломія сослан софия софья софія станислав станіслав стелла
степан стефан стефанія султан сусанна сухроб сяргей сяргук сәуле таисия талгат талғат тамара тамерлан тарас
татьяна тахир таццяна таїсія темирлан тетяна тигран тимерлан тимофей тимофій тимур тихон толкын туяна
төлеген уладзімір уладзіслаў улан ульвия ульяна уляна умар урмат урсула устим фарид фарида фархад фатима
федор федір феликс фируза флюра франак францішак фёдор хадиджа хасан христина хрысціна чингиз чолпон шамиль
шахноза шухрат шынар ырысбек эдгар эдуард элеонора элина эльвира эльдар эльза эльмар эльмира эмиль эмин эмма
эрик эрика эркин юлиан юлиана юлия юля юліан юлія юнус юрий юры юрій юстина ягор ядвига яков якуб яків ян
яна янка ярема ярина яромир ярослав ярослава ясмина яўген яўгенія євген євгенія єгор іван іванна ігар ігнат
ігор ілля ілья інна ірина ірына ўладзімір қайрат қанат қуаныш ұлан ұлжан әйгерім әлия әлібек әсел әсем
adam alan albert alex alexander alexandra alexis alfred alice alison amanda amelia amir amy andrea andreas
andrew angela anita anna anne anthony antonio arthur ashley barbara ben benjamin bernard beth bill bob brad
brandon brian bruce carl carla carlos carol caroline catherine charles chloe chris christian christina
christine christopher claire claudia craig dan daniel daniela danielle david deborah denis dennis diana
diego donald dorothy douglas ed eduardo edward eleanor elena elizabeth ellen emilia emily emma eric erik
erin ethan eva evan felix fernando florian francesca francesco francis frank fred gabriel gary gemma george
giovanni giulia grace graham grant greg hannah harriet harry helen henry hugh ian isabel isabella jack jacob
jake james jamie jan jane janet jason jay jean jeff jeffrey jennifer jeremy jesse jessica jill jim joan joe
joel johannes john jonathan jordan jorge jose joseph josh joshua juan judith julia justin karen kate
katherine kathleen katie keith kelly ken kevin kim kristin larry laura lauren lee leo leon lewis liam linda
lisa louis louise lucas lucia lucy luis luke lydia madeleine manuel marc marco marcus margaret maria marie
marina mario marion mark martha martin martina mary matt matthew max megan melissa michael michelle miguel
mike miranda molly monica monika nancy naomi natalie nathan neil nicholas nick nicola nicolas nina noah nora
oliver olivia oscar pablo pamela patricia patrick paul pedro peter philip philippe pierre rachel rafael
ralph raymond rebecca rebekah ricardo richard rob robert robin roger ron rosa rose ross roy russell ruth
ryan sabine sally sam samantha samuel sandra sara sarah scott sean sebastian sergio sharon simon simone
sofia sophie stefan stella stephanie stephen steve steven stuart susan susanne sven teresa theresa thomas
tim tina toby todd tom tony tracy ulrich ursula valerie vanessa vera victoria vincent virginia walter wendy
william wolfgang yasmin zoe
""".split()
)


def opens_with_given_name(text: str) -> bool:
    """Return whether the first word is a given name, written with a capital."""
    word = text.split(" ", 1)[0]
    return word[:1].isupper() and word.casefold().replace("’", "'") in GIVEN_NAMES
