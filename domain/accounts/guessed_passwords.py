"""Passwords of ten characters and more that are tried first, in lower case."""

GUESSED = frozenset(
    """
    0102030405 0123456789 0987654321 09876543210 1029384756 1122334455 112233445566 1231231231 123123123123
    123321123321 1234512345 1234554321 1234567890a 12345678910 1234567891011 123456789123 1234567898 1234567899
    123456789a 123456789abc 123456789q 123456789z 1357924680 147258369a 159357456a 1q2w3e4r5t 1q2w3e4r5t6y
    1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc 2468013579 741852963a 789456123a 9876543210 987654321a a123456789
    a1234567890 a1b2c3d4e5 a1b2c3d4e5f6 aa12345678 aa123456789 abc1234567 abcd123456 abcd12345678 abcdef1234
    abcdef123456 abcdefg123 admin12345 admin123456 admin@1234 admin@12345 adminadmin administrator administrator1
    administrator123 alexander1 alexander123 andrew12345 anthony123 arsenal1234 asd1234567 asdf123456 asdfghjkl1
    asdfghjkl123 ashley1234 autumn2023 autumn2024 autumn2025 autumn2026 babygirl12 babygirl123 barcelona1 barcelona10
    barcelona123 baseball12 baseball123 basketball basketball1 basketball23 batman12345 batman123456 blink182182
    blueberry1 blueberry123 butterfly1 butterfly12 butterfly123 changeit123 changeme123 changeme1234 changemenow
    changepassword charlie123 charlie1234 cheesecake chelsea123 chelsea1234 chocolate1 chocolate123 christmas1
    christmas123 cinnamon123 computer12 computer123 computer1234 correcthorsebatterystaple corvette123 daniel1234
    daniel12345 december25 default123 defaultpassword demopassword dragon1234 dragon12345 dragon123456 elizabeth1
    elizabeth123 facebook12 facebook123 facebook1234 ferrari123 football12 football123 football1234 fortnite123
    gameofthrones goodmorning goodmorning1 google1234 google12345 guest12345 guestguest halloween1 halloween31
    harleydavidson harrypotter harrypotter1 hello12345 hello123456 hello1234567 hellohello helloworld helloworld1
    helloworld123 hogwarts123 ilovejesus ilovemydog ilovemymom ilovemyself iloveyou!! iloveyou12 iloveyou123
    iloveyou1234 iloveyou2024 iloveyouforever iloveyousomuch instagram1 instagram123 internet123 internet1234
    iphone1234 ironmaiden ironmaiden1 january2024 january2025 january2026 jennifer123 jessica123 jessica1234
    jordan12345 jordan2323 juventus123 letmein123 letmein1234 letmein2024 letmeinnow liverpool1 liverpool12
    liverpool123 liverpoolfc lordoftherings manchester manchester1 manchesterunited master1234 master12345
    master123456 matthew123 mercedes123 metallica1 metallica123 michael123 michael1234 microsoft1 microsoft123
    minecraft1 minecraft123 minecraft1234 monkey1234 monkey12345 monkey123456 motorcycle mustang123 mypassword
    mypassword1 mypassword123 newpassword newpassword1 nicholas123 nintendo64 nothing123 november11 oldpassword
    p@55w0rd123 p@ssw0rd12 p@ssw0rd123 p@ssw0rd1234 p@ssword123 pa$$w0rd123 pa$$word123 palimpsest palimpsest1
    palimpsest123 passw0rd12 passw0rd123 passw0rd1234 password00 password01 password1! password10 password11
    password12 password12! password123 password123! password1234 password12345 password123456 password2020
    password2021 password2022 password2023 password2024 password2025 password2026 passwordpassword pineapple1
    pineapple123 playstation playstation1 playstation2 playstation3 playstation4 playstation5 pokemon123 pokemon1234
    pokemon12345 porsche911 princess12 princess123 princess1234 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc1 qazwsxedc123
    qazwsxedcrfv qwerty123! qwerty1234 qwerty12345 qwerty123456 qwertyuiop1 qwertyuiop123 rainbow123 rainbow1234
    raspberry1 realmadrid realmadrid1 realmadrid7 root123456 rootpassword rootroot12 samsung123 samsung1234
    samsung12345 secret1234 secret12345 secret123456 secretsecret september1 shadow1234 shadow12345 slipknot666
    snowball123 snowflake1 spiderman1 spiderman123 spring2020 spring2023 spring2024 spring2025 spring2026 starwars12
    starwars123 starwars1977 strawberry strawberry1 strawberry123 summer2020 summer2021 summer2022 summer2023
    summer2024 summer2025 summer2026 sunshine12 sunshine123 sunshine1234 superadmin superadmin1 superman12 superman123
    superman1234 sweetheart sweetheart1 swimming123 test123456 test1234567 test12345678 testpassword testpassword1
    testtest12 testtest123 thisisapassword thisismypassword thomas12345 toor123456 topsecret1 topsecret123 trustno1234
    trustnoone unicorn123 unicorn1234 user123456 username123 userpassword victoria123 volleyball watermelon
    watermelon1 welcome123 welcome1234 welcome12345 welcome2020 welcome2023 welcome2024 welcome2025 welcome2026
    welcome@123 welcomeback whatever12 whatever123 whatever1234 whatsapp123 windows123 winter2020 winter2021
    winter2022 winter2023 winter2024 winter2025 winter2026 yourpassword zaq12wsxcde3 zaq1xsw2cde3 zxcvbnm123
    zxcvbnm1234 zxcvbnm12345
    """.split()  # noqa: SIM905 - a word a line would be hundreds of lines
)
