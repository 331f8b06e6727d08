"""The words that generated prose is made of."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NOUNS = _words("""
answer archive audience bakery balance bicycle bridge budget calendar camera canal chapter choir citizen clinic coast
committee compass concert council courier craft crew cupboard debate desk detail diagram dialect draft drawing editor
engine essay evening exhibit farmer ferry festival field garden gazette glacier grammar harbour harvest hillside
historian honey horizon index inventor island journal journey kitchen ladder landscape lantern lecture letter library
lighthouse locksmith machine map market meadow measure melody meter method mirror morning mountain museum neighbour
network notebook novel number nurse observatory opinion orchard order page painter paper parcel pattern pencil pianist
picture pipeline planet platform poem potter printer programme project promise proof question quilt radio railway
reader recipe record reply report river road routine sailor schedule scholar school season sentence service shelf
shore signal sketch source spring staircase station story street student studio summer survey table tailor teacher
telescope theatre ticket timber tower trail translator treaty valley village violin voice voyage weather window winter
workshop writer yard
""")
VERBS = _words("""
admires answers arranges asks borrows bridges builds carries catalogues changes checks collects compares corrects
counts crosses defends describes designs discovers draws edits examines explains explores finds follows gathers guides
helps improves inspects invents joins keeps leads learns leaves listens lists measures mends moves names notices
observes opens orders paints plans plants praises prepares prints proves publishes questions reads recalls records
repairs replaces returns reviews revises saves searches sells sends shapes shares shows signs sketches sorts studies
suggests teaches tests traces translates tries trusts uses visits wants watches weighs welcomes writes
""")
ADJECTIVES = _words("""
ancient awkward brave brief bright broad calm careful cheerful clear clever common curious daily deep distant dry
dusty early easy eastern empty fair faithful familiar famous fine flat foreign fresh friendly full gentle gifted
golden good grand green grey hidden hollow honest humble idle joint keen kind large late lively local long loud lucky
main mild modest narrow neat new noisy northern odd old open patient plain polite proud public quick quiet rare ready
rich rough round rural sharp short silent simple slow small smooth soft solid southern spare steady still strange
strong sunny sweet swift tall thin tidy tiny useful warm western wide wild wise wooden young
""")
JOINTS = _words("""
about above across after against along although among and around at because before behind below beside between beyond
but by despite during except for from if in inside into near of on or over since so than that though through to toward
under unless until upon when where while with within without yet
""")
NAMES = _words("""
Adaeze Agnes Akira Amina Anders Anja Arjun Astrid Beatriz Bo Carmen Chiara Daniel Dmitri Elif Emeka Esther Farah Felix
Freya Gabriel Greta Hana Hugo Ines Ivan Jonas Julia Kaito Karin Kwame Lars Leila Lena Linh Lucia Malik Marta Mateo Mei
Mila Nadia Nils Noor Olga Omar Paolo Petra Priya Rafael Rosa Samir Sara Selma Tariq Teresa Tomas Uma Vera Viktor Wanda
Xin Yara Yusuf Zoe
""")
SURNAMES = _words("""
Adeyemi Ahmed Almeida Andersen Bauer Becker Berg Bianchi Castillo Chen Costa Dahl Diallo Fischer Fontaine Garcia
Haddad Hansen Ito Ivanova Jensen Kaya Khan Kim Kowalska Kruger Kumar Larsen Leroy Lindgren Lopez Mbeki Meyer Moreau
Mori Nakamura Nguyen Novak Okafor Oliveira Ortiz Park Pereira Petrov Rahman Rossi Sato Schmidt Silva Singh Sorensen
Suzuki Tanaka Torres Vogel Wagner Weber Wong Yilmaz Zhang
""")
TAGS = tuple(f"{kind} {noun}" for kind in ("open", "local", "new", "how we") for noun in NOUNS[:60])
LANGUAGES = ("en", "en", "en", "en", "en", "en", "de", "fr", "es", "pt-BR")
