/// The passwords that are tried first, as words: people make them longer with digits and marks around.
enum CommonPasswords {
    /// - Parameter password: In lower case.
    static func contains(_ password: String) -> Bool {
        if words.contains(password) { return true }
        let isPadding = { (character: Character) in !character.isLetter }
        let start = password.drop(while: isPadding)
        let end = start.reversed().drop(while: isPadding).reversed()
        // With more than that around, it is no longer the word that counts.
        guard password.count - end.count <= longestPadding else { return false }
        return words.contains(String(end)) || words.contains(unmasked(String(end)))
    }

    private static let longestPadding = 6

    /// `p@ssw0rd` is `password`.
    private static func unmasked(_ text: String) -> String {
        String(text.map { masks[$0] ?? $0 })
    }

    private static let masks: [Character: Character] = [
        "@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t",
    ]

    private static let words = Set(
        """
        password passwords passwort passw0rd passpass passwordpassword mypassword thepassword yourpassword newpassword
        oldpassword changepassword changeme changemenow changeit changethis letmein letmeinnow letmeinplease pleaseletmein
        welcome welcomehome welcomeback hello helloworld hellohello hellothere goodmorning goodbye
        secret secretsecret topsecret mysecret supersecret secretpassword admin admins adminadmin administrator
        administrador administrateur rootroot root superuser superadmin sysadmin systemadmin webmaster postmaster
        hostmaster operator guestguest guest default defaultpassword temporary temppassword temp testtest test testing
        testtesttest testpassword testuser tester demo demodemo example examplepassword sample user useruser username
        support supportsupport helpdesk helpdeskhelpdesk supportchat supportdesk customer customerservice callcenter
        martlet martletmartlet martletchat company companyname business office officeoffice internet computer mycomputer
        server serverserver database network networking security securepassword secure wireless broadband
        login loginlogin logmein logmeinnow access accessgranted master masterkey mastermaster masterpassword
        qwerty qwertyqwerty qwertyuiop qwertyuiopasdf qwertyuiopasdfghjkl asdfghjkl asdfghjklqwerty asdfasdf asdfasdfasdf
        zxcvbnm zxcvbnmasdfghjkl qwertzuiop qwertz azerty azertyuiop azertyuiopqsdf poiuytrewq lkjhgfdsa mnbvcxz
        qwerasdfzxcv qazwsxedc qazwsxedcrfv qaz2wsx3edc 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r
        q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsxcde3 zaq1xsw2cde3 a1b2c3d4e5 a1b2c3d4e5f6 1a2b3c4d5e abc123abc123 abcd1234abcd
        1234qwerasdf qwer1234asdf 123qweasdzxc 123456789a 123456789q 1234567890a 12345qwert 123456qwerty a123456789
        q123456789 11223344556 1122334455 112233445566 1234512345 12345678910 1234567891 123456789123 123456123456
        12344321 1234554321 12345654321 0123456789 1029384756 0192837465 1357924680 2468013579 9876543210 98765432100
        3141592653 31415926535 3141592654 2718281828 1618033988 iloveyou iloveyousomuch iloveyouforever ilovemyself
        iloveyoubaby ilovemykids ilovejesus iloveme ihateyou imissyou loveyou loveme loveyouforever mylove
        sunshine princess superman batman spiderman starwars dragon dragonball pokemon minecraft football basketball
        baseball softball volleyball liverpool manchester manchesterunited barcelona realmadrid chelsea arsenal
        monkey monkeymonkey butterfly chocolate strawberry cheesecake blueberry pineapple watermelon raspberry
        elephant dolphin dolphins flower flowers rainbow unicorn tinkerbell cinderella snowwhite mickeymouse
        hellokitty whatever whatsoever whateverwhatever nothing something anything trustno1 trustnoone nopassword
        nosecret forgotten forgetmenot forgotpassword iforgot idontknow dontknow ineedone correcthorse
        correcthorsebatterystaple correct horse battery staple openup opensesame opensaysme abracadabra
        jesuschrist jesusislord godisgood godislove blessed heaven angel angels guardianangel babygirl babyboy
        sweetheart beautiful gorgeous lovely handsome friends friendship bestfriend bestfriends family myfamily
        january february march april may june july august september october november december
        monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter summertime wintertime
        """
        .split(whereSeparator: \.isWhitespace).map(String.init)
    )
}
