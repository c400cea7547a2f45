"""A passage in each of thirty languages, with the encodings from before Unicode in which it can be written."""

from __future__ import annotations

# By the ISO 639-1 code of the language; `zh-Hant` is in traditional characters.
PASSAGES = {
    "de": (
        "Der Stadtrat hat am Mittwoch beschlossen, eine neue Brücke über den Fluss zu bauen. Die "
        "Arbeiten beginnen im Herbst und dauern zwei Jahre, heißt es in einer Erklärung. Anwohner "
        "fordern größere Gehwege und mehr Bäume für die Straße."
    ),
    "fr": (
        "Le conseil municipal a décidé mercredi de construire un nouveau pont sur le fleuve. Les "
        "travaux débuteront à l'automne et dureront deux ans, a annoncé la mairie. Des habitants "
        "réclament des trottoirs élargis près du château."
    ),
    "es": (
        "El ayuntamiento decidió el miércoles construir un nuevo puente sobre el río. Las obras "
        "empezarán en otoño y durarán dos años, según el portavoz. Los vecinos piden aceras más anchas "
        "y más árboles para los niños de la ciudad."
    ),
    "pt": (
        "A câmara municipal decidiu na quarta-feira construir uma nova ponte sobre o rio. As obras "
        "começarão no outono e deverão durar dois anos, segundo a administração. Os moradores pedem "
        "calçadas mais largas e ações contra o trânsito."
    ),
    "it": (
        "Il consiglio comunale ha deciso mercoledì di costruire un nuovo ponte sul fiume. I lavori "
        "inizieranno in autunno e dureranno due anni, perché la città è cresciuta. I residenti chiedono "
        "marciapiedi più larghi e più alberi."
    ),
    "sv": (
        "Kommunfullmäktige beslutade på onsdagen att bygga en ny bro över älven. Arbetet börjar i höst "
        "och väntas pågå i två år, säger borgmästaren. De boende kräver bredare trottoarer och fler "
        "träd längs gatan."
    ),
    "da": (
        "Byrådet besluttede onsdag at bygge en ny bro over åen. Arbejdet begynder til efteråret og "
        "ventes at vare to år, siger borgmesteren. Beboerne kræver bredere fortove og flere træer langs "
        "vejen, så børnene kan færdes sikkert."
    ),
    "fi": (
        "Kaupunginvaltuusto päätti keskiviikkona rakentaa uuden sillan joen yli. Työt alkavat syksyllä "
        "ja kestävät kaksi vuotta, kertoo kaupunginjohtaja. Asukkaat vaativat leveämpiä jalkakäytäviä "
        "ja lisää puita kadun varrelle."
    ),
    "is": (
        "Borgarstjórn ákvað á miðvikudag að byggja nýja brú yfir ána. Framkvæmdir hefjast í haust og "
        "standa yfir í tvö ár, að sögn borgarstjóra. Íbúar krefjast breiðari gangstétta og fleiri trjáa "
        "við götuna þar sem börn ganga í skólann."
    ),
    "pl": (
        "Rada miasta zdecydowała w środę o budowie nowego mostu przez rzekę. Prace rozpoczną się "
        "jesienią i potrwają dwa lata, poinformował rzecznik. Mieszkańcy żądają szerszych chodników i "
        "większej liczby drzew wzdłuż ulicy, gdzie chodzą dzieci."
    ),
    "cs": (
        "Městská rada ve středu rozhodla o stavbě nového mostu přes řeku. Práce začnou na podzim a "
        "potrvají dva roky, řekl mluvčí. Obyvatelé žádají širší chodníky a více stromů podél ulice, "
        "kudy chodí děti do školy."
    ),
    "sk": (
        "Mestské zastupiteľstvo v stredu rozhodlo o výstavbe nového mosta cez rieku. Práce sa začnú na "
        "jeseň a potrvajú dva roky, povedal hovorca. Obyvatelia žiadajú širšie chodníky a viac stromov "
        "pozdĺž ulice, kadiaľ chodia deti."
    ),
    "hu": (
        "A városi tanács szerdán úgy döntött, hogy új hidat épít a folyó fölött. A munkálatok ősszel "
        "kezdődnek és két évig tartanak, közölte a szóvivő. A lakók szélesebb járdákat és több fát "
        "követelnek az utca mentén, ahol gyerekek járnak iskolába."
    ),
    "hr": (
        "Gradsko vijeće odlučilo je u srijedu izgraditi novi most preko rijeke. Radovi počinju na jesen "
        "i trajat će dvije godine, rekao je glasnogovornik. Stanovnici traže šire pločnike i više "
        "stabala uz ulicu kojom djeca idu u školu."
    ),
    "sl": (
        "Mestni svet je v sredo odločil, da bo čez reko zgradil nov most. Dela se bodo začela jeseni in "
        "bodo trajala dve leti, je povedal tiskovni predstavnik. Prebivalci zahtevajo širše pločnike in "
        "več dreves ob cesti, po kateri hodijo otroci v šolo."
    ),
    "ro": (
        "Consiliul municipal a decis miercuri construirea unui nou pod peste râu. Lucrările vor începe "
        "în toamnă şi vor dura doi ani, a declarat purtătorul de cuvânt. Locuitorii cer trotuare mai "
        "largi şi mai mulţi copaci pe strada pe care merg copiii la şcoală."
    ),
    "lt": (
        "Miesto taryba trečiadienį nusprendė statyti naują tiltą per upę. Darbai prasidės rudenį ir "
        "truks dvejus metus, pranešė atstovas spaudai. Gyventojai reikalauja platesnių šaligatvių ir "
        "daugiau medžių prie gatvės, kuria vaikai eina į mokyklą."
    ),
    "lv": (
        "Pilsētas dome trešdien nolēma būvēt jaunu tiltu pār upi. Darbi sāksies rudenī un ilgs divus "
        "gadus, paziņoja preses pārstāvis. Iedzīvotāji pieprasa platākas ietves un vairāk koku gar "
        "ielu, pa kuru bērni iet uz skolu."
    ),
    "et": (
        "Linnavolikogu otsustas kolmapäeval ehitada üle jõe uue silla. Tööd algavad sügisel ja kestavad "
        "kaks aastat, ütles pressiesindaja. Elanikud nõuavad laiemaid kõnniteid ja rohkem puid tänava "
        "äärde, kust lapsed kooli lähevad."
    ),
    "tr": (
        "Belediye meclisi çarşamba günü nehrin üzerine yeni bir köprü yapılmasına karar verdi. "
        "Çalışmalar sonbaharda başlayacak ve iki yıl sürecek, dedi sözcü. Mahalle sakinleri daha geniş "
        "kaldırımlar ve çocukların yürüdüğü yol boyunca daha çok ağaç istiyor."
    ),
    "ru": (
        "Городской совет в среду решил построить новый мост через реку. Работы начнутся осенью и "
        "продлятся два года, сообщил представитель мэрии. Жители требуют расширить тротуары и посадить "
        "деревья вдоль улицы."
    ),
    "uk": (
        "Міська рада в середу вирішила збудувати новий міст через річку. Роботи почнуться восени й "
        "триватимуть два роки, повідомив речник. Мешканці вимагають розширити тротуари та посадити "
        "дерева вздовж вулиці, якою діти йдуть до школи."
    ),
    "bg": (
        "Градският съвет реши в сряда да построи нов мост над реката. Работите ще започнат през есента "
        "и ще продължат две години, съобщи говорителят. Жителите искат по-широки тротоари и повече "
        "дървета покрай улицата."
    ),
    "sr": (
        "Градско веће је у среду одлучило да изгради нови мост преко реке. Радови почињу на јесен и "
        "трајаће две године, рекао је портпарол. Становници траже шире тротоаре и више стабала дуж "
        "улице."
    ),
    "el": (
        "Το δημοτικό συμβούλιο αποφάσισε την Τετάρτη να χτίσει μια νέα γέφυρα πάνω από το ποτάμι. Οι "
        "εργασίες θα αρχίσουν το φθινόπωρο και θα διαρκέσουν δύο χρόνια, δήλωσε ο εκπρόσωπος. Οι "
        "κάτοικοι ζητούν φαρδύτερα πεζοδρόμια."
    ),
    "he": (
        "מועצת העיר החליטה ביום רביעי לבנות גשר חדש מעל הנהר. העבודות יתחילו בסתיו ויימשכו שנתיים, אמר "
        "הדובר. התושבים דורשים מדרכות רחבות יותר ועוד עצים לאורך הרחוב."
    ),
    "ar": (
        "قرر مجلس المدينة يوم الأربعاء بناء جسر جديد فوق النهر. ستبدأ الأعمال في الخريف وتستمر عامين، "
        "بحسب المتحدث. ويطالب السكان بأرصفة أوسع ومزيد من الأشجار على طول الشارع."
    ),
    "th": (
        "สภาเทศบาลเมืองมีมติเมื่อวันพุธให้สร้างสะพานใหม่ข้ามแม่น้ำ "
        "งานจะเริ่มในฤดูใบไม้ร่วงและใช้เวลาสองปี โฆษกกล่าว "
        "ชาวบ้านเรียกร้องทางเท้าที่กว้างขึ้นและต้นไม้มากขึ้นตามถนน"
    ),
    "ja": (
        "市議会は水曜日、川に新しい橋を建設することを決定した。工事は秋に始まり、二年かかる見通しだ。住民は歩道の拡幅と街路樹を"
        "増やすことを求めている。カラオケ店の前の道も広げられる。"
    ),
    "zh": (
        "市议会星期三决定在河上修建一座新桥。工程将于秋季开工，预计历时两年。沿街居民要求拓宽人行道，并多种树木，方便孩子们上学"
        "。"
    ),
    "zh-Hant": (
        "市議會星期三決定在河上興建一座新橋。工程將於秋季開工，預計歷時兩年。沿街居民要求拓寬人行道，並多種樹木，方便孩子們上學"
        "。"
    ),
    "ko": (
        "시의회는 수요일 강 위에 새 다리를 건설하기로 결정했다. 공사는 가을에 시작되어 이 년 동안 이어질 "
        "예정이라고 대변인이 밝혔다. 주민들은 더 넓은 보도와 더 많은 나무를 요구하고 있다."
    ),
}

LEGACY_ENCODINGS = {
    "de": ["cp1252", "iso8859_15"],
    "fr": ["cp1252", "iso8859_15"],
    "es": ["cp1252", "iso8859_15"],
    "pt": ["cp1252", "iso8859_15"],
    "it": ["cp1252", "iso8859_15"],
    "sv": ["cp1252", "iso8859_15"],
    "da": ["cp1252", "iso8859_15"],
    "fi": ["cp1252", "iso8859_15"],
    "is": ["cp1252", "iso8859_15"],
    "pl": ["cp1250", "iso8859_2"],
    "cs": ["cp1250", "iso8859_2"],
    "sk": ["cp1250", "iso8859_2"],
    "hu": ["cp1250", "iso8859_2"],
    "hr": ["cp1250", "iso8859_2"],
    "sl": ["cp1250", "iso8859_2"],
    "ro": ["cp1250", "iso8859_2"],
    "ru": ["cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"],
    "bg": ["cp1251", "iso8859_5"],
    "sr": ["cp1251", "iso8859_5"],
    "uk": ["cp1251", "koi8_u"],
    "lt": ["cp1257", "iso8859_13"],
    "lv": ["cp1257", "iso8859_13"],
    "et": ["cp1257", "iso8859_13", "cp1252"],
    "tr": ["cp1254"],
    "el": ["cp1253", "iso8859_7"],
    "he": ["cp1255", "iso8859_8"],
    "ar": ["cp1256", "iso8859_6"],
    "th": ["cp874"],
    "ja": ["cp932", "euc_jp", "iso2022_jp"],
    "zh": ["gb18030", "gb2312", "hz"],
    "zh-Hant": ["big5hkscs", "gb18030", "cp950"],
    "ko": ["cp949", "iso2022_kr"],
}

# Passage, encoding and declaration: declared as windows-1252, the letters of Romanian make words there too.
UNDECIDABLE = {("ro", "cp1250", "iso-8859-1"), ("ro", "iso8859_2", "iso-8859-1")}
