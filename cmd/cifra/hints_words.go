package main

// A hintTable holds, in one language, what the commands say to whoever runs
// them: what was called wrongly or cannot be done here, and what to do about it.
// Hints of packages, such as those of a store, are in English.
type hintTable struct {
	publish         string // a directory without a survey, for serve
	whereServed     string // the same, for whoever reads
	noDirectory     string // %s is a file
	nameDirectory   string
	givenAlone      string
	nameAgain       string
	otherName       string
	writeListen     string
	onlyHere        string
	portTaken       string
	portForbidden   string
	noSuchAddress   string
	newToken        string
	noFormat        string // %q
	formats         string
	noEnding        string // %s is a file
	addFormat       string
	notWritable     string
	diskFull        string
	noServerAddress string // %q
	writeServer     string
	unencrypted     string // %s is an address
	useTunnel       string
	serverRunning   string
	serverLog       string
	useToken        string
	isItCifra       string
	waitForIt       string
	used            string // %s is a directory
	newDirectory    string
	servedBy        string // %s is a directory
	orForce         string
	leaveSome       string // %d cases
	atLeast         string // %d
	askForFewer     string
	outOrServer     string
	whichOfThem     string
	wholeAddress    string
	noNumber        string // flag, %q
	writeNumber     string // flag, its default
	exportsCSV      string
	noTexts         string // %q
	useTexts        string
	otherPlan       string // %s is a file
	otherSample     string // %s is a file
	otherWeighting  string // %s is a file
	otherInstrument string // %s is a file or a directory
	otherScenario   string // %s is a file
	useCommand      string // command, file
}

// hintLanguages are the tables, by the same languages as those of words.
var hintLanguages = map[string]hintTable{
	"en": {
		publish:         "publish an instrument: --instrument lacsi",
		whereServed:     "name the directory that cifra serve was started with",
		noDirectory:     "%s is a file, not the directory of a survey",
		nameDirectory:   "name a directory with --data; cifra serve makes it if it is missing",
		givenAlone:      "--given goes with --instrument",
		nameAgain:       "values belong to a published instrument: name it again",
		otherName:       "choose another one: --survey crime-2026",
		writeListen:     "write it as 127.0.0.1:8080; a port is a number up to 65535, 0 for any that is free",
		onlyHere:        "listen on 127.0.0.1, as without --listen",
		portTaken:       "another program is using it, perhaps a cifra serve: choose another port, --listen 127.0.0.1:8081, or 127.0.0.1:0 for any",
		portForbidden:   "this user may not listen there: choose a port above 1023, --listen 127.0.0.1:8080",
		noSuchAddress:   "this machine has no such address: --listen 127.0.0.1:8080",
		newToken:        "delete it: a new one is made, and the tablets open the new address once",
		noFormat:        "there is no format %q",
		formats:         "table, json or csv",
		noEnding:        "the name %s does not say what to write",
		addFormat:       "add --format json or --format csv",
		notWritable:     "name a place in a directory that is there and that this user may write to",
		diskFull:        "the disk is full: free some space and call it again",
		noServerAddress: "--server %q is no address",
		writeServer:     "write it as http://127.0.0.1:8080",
		unencrypted:     "--server %s would send the token and the microdata unencrypted",
		useTunnel:       "use https, or reach the server through a tunnel that ends on this machine",
		serverRunning:   "is the server running? cifra serve prints its address; without a server, use --data",
		serverLog:       "what is wrong stands in the server's log",
		useToken:        "use the file token in the directory that the server was started with",
		isItCifra:       "is this the address of a cifra server?",
		waitForIt:       "wait until it has ended, then try again",
		used:            "%s is not empty",
		newDirectory:    "name a new directory",
		servedBy:        "name a new directory; a survey that is there is served by: cifra serve --data %s",
		orForce:         "name a new directory, or use --force to write over the set that is there; other files stay",
		leaveSome:       "there are %d cases: leave some of them",
		atLeast:         "it is %d at least",
		askForFewer:     "ask for fewer with --psus or --dwellings",
		outOrServer:     "--out or --server, one of them",
		whichOfThem:     "--out ./country writes the sample, --server URL conducts it",
		wholeAddress:    "give the whole address that cifra serve printed, in quotes: 'http://127.0.0.1:8080/#token=…'",
		noNumber:        "--%s %q is not a whole number",
		writeNumber:     "write it in digits: --%s %s",
		exportsCSV:      "the format is csv: cifra export csv --data DIR --out DIR",
		noTexts:         "%q is neither export nor import",
		useTexts:        "cifra texts export INSTRUMENT --language pt, or cifra texts import INSTRUMENT FILE --language pt",
		otherPlan:       "%s is an estimation plan",
		otherSample:     "%s is a sample plan",
		otherWeighting:  "%s is a weighting plan",
		otherInstrument: "%s is an instrument, not a plan",
		otherScenario:   "%s is a scenario, not a plan",
		useCommand:      "use: cifra %s %s",
	},
	"es": {
		publish:         "publique un instrumento: --instrument lacsi",
		whereServed:     "indique el directorio con el que se inició cifra serve",
		noDirectory:     "%s es un archivo, no el directorio de una encuesta",
		nameDirectory:   "indique un directorio con --data; cifra serve lo crea si no existe",
		givenAlone:      "--given va junto con --instrument",
		nameAgain:       "los valores pertenecen a un instrumento publicado: indíquelo otra vez",
		otherName:       "elija otro: --survey crime-2026",
		writeListen:     "escríbalo como 127.0.0.1:8080; un puerto es un número hasta 65535, 0 para cualquiera que esté libre",
		onlyHere:        "escuche en 127.0.0.1, como sin --listen",
		portTaken:       "otro programa lo está usando, quizá un cifra serve: elija otro puerto, --listen 127.0.0.1:8081, o 127.0.0.1:0 para cualquiera",
		portForbidden:   "este usuario no puede escuchar ahí: elija un puerto mayor que 1023, --listen 127.0.0.1:8080",
		noSuchAddress:   "este equipo no tiene esa dirección: --listen 127.0.0.1:8080",
		newToken:        "bórrelo: se crea uno nuevo, y las tabletas abren una vez la nueva dirección",
		noFormat:        "no existe el formato %q",
		formats:         "table, json o csv",
		noEnding:        "el nombre %s no dice qué escribir",
		addFormat:       "agregue --format json o --format csv",
		notWritable:     "indique un lugar en un directorio que exista y en el que este usuario pueda escribir",
		diskFull:        "el disco está lleno: libere espacio y vuelva a intentarlo",
		noServerAddress: "--server %q no es una dirección",
		writeServer:     "escríbala como http://127.0.0.1:8080",
		unencrypted:     "--server %s enviaría el token y los microdatos sin cifrar",
		useTunnel:       "use https, o llegue al servidor por un túnel que termine en este equipo",
		serverRunning:   "¿está en marcha el servidor? cifra serve muestra su dirección; sin servidor, use --data",
		serverLog:       "el registro del servidor dice qué pasa",
		useToken:        "use el archivo token del directorio con el que se inició el servidor",
		isItCifra:       "¿es esta la dirección de un servidor cifra?",
		waitForIt:       "espere a que termine y vuelva a intentarlo",
		used:            "%s no está vacío",
		newDirectory:    "indique un directorio nuevo",
		servedBy:        "indique un directorio nuevo; una encuesta que ya esté ahí se sirve con: cifra serve --data %s",
		orForce:         "indique un directorio nuevo, o use --force para reemplazar el conjunto que está ahí; los demás archivos quedan",
		leaveSome:       "hay %d casos: deje algunos",
		atLeast:         "es %d como mínimo",
		askForFewer:     "pida menos con --psus o --dwellings",
		outOrServer:     "--out o --server, uno de los dos",
		whichOfThem:     "--out ./country escribe la muestra, --server URL la entrevista",
		wholeAddress:    "indique toda la dirección que mostró cifra serve, entre comillas: 'http://127.0.0.1:8080/#token=…'",
		noNumber:        "--%s %q no es un número entero",
		writeNumber:     "escríbalo con cifras: --%s %s",
		exportsCSV:      "el formato es csv: cifra export csv --data DIR --out DIR",
		noTexts:         "%q no es ni export ni import",
		useTexts:        "cifra texts export INSTRUMENTO --language pt, o cifra texts import INSTRUMENTO ARCHIVO --language pt",
		otherPlan:       "%s es un plan de estimación",
		otherSample:     "%s es un plan de muestra",
		otherWeighting:  "%s es un plan de ponderación",
		otherInstrument: "%s es un instrumento, no un plan",
		otherScenario:   "%s es un escenario, no un plan",
		useCommand:      "use: cifra %s %s",
	},
	"pt": {
		publish:         "publique um instrumento: --instrument lacsi",
		whereServed:     "indique o diretório com que cifra serve foi iniciado",
		noDirectory:     "%s é um arquivo, não o diretório de uma pesquisa",
		nameDirectory:   "indique um diretório com --data; cifra serve o cria se não existir",
		givenAlone:      "--given vai junto com --instrument",
		nameAgain:       "os valores pertencem a um instrumento publicado: indique-o de novo",
		otherName:       "escolha outro: --survey crime-2026",
		writeListen:     "escreva como 127.0.0.1:8080; uma porta é um número até 65535, 0 para qualquer uma livre",
		onlyHere:        "escute em 127.0.0.1, como sem --listen",
		portTaken:       "outro programa está usando, talvez um cifra serve: escolha outra porta, --listen 127.0.0.1:8081, ou 127.0.0.1:0 para qualquer uma",
		portForbidden:   "este usuário não pode escutar aí: escolha uma porta acima de 1023, --listen 127.0.0.1:8080",
		noSuchAddress:   "este computador não tem esse endereço: --listen 127.0.0.1:8080",
		newToken:        "apague-o: um novo é criado, e os tablets abrem uma vez o novo endereço",
		noFormat:        "não existe o formato %q",
		formats:         "table, json ou csv",
		noEnding:        "o nome %s não diz o que gravar",
		addFormat:       "acrescente --format json ou --format csv",
		notWritable:     "indique um lugar num diretório que exista e em que este usuário possa gravar",
		diskFull:        "o disco está cheio: libere espaço e tente de novo",
		noServerAddress: "--server %q não é um endereço",
		writeServer:     "escreva como http://127.0.0.1:8080",
		unencrypted:     "--server %s enviaria o token e os microdados sem criptografia",
		useTunnel:       "use https, ou chegue ao servidor por um túnel que termine neste computador",
		serverRunning:   "o servidor está no ar? cifra serve mostra o endereço; sem servidor, use --data",
		serverLog:       "o registro do servidor diz o que há",
		useToken:        "use o arquivo token do diretório com que o servidor foi iniciado",
		isItCifra:       "este é o endereço de um servidor cifra?",
		waitForIt:       "espere até que termine e tente de novo",
		used:            "%s não está vazio",
		newDirectory:    "indique um diretório novo",
		servedBy:        "indique um diretório novo; uma pesquisa que já esteja lá é servida com: cifra serve --data %s",
		orForce:         "indique um diretório novo, ou use --force para substituir o conjunto que está lá; os outros arquivos ficam",
		leaveSome:       "há %d casos: deixe alguns",
		atLeast:         "é %d no mínimo",
		askForFewer:     "peça menos com --psus ou --dwellings",
		outOrServer:     "--out ou --server, um dos dois",
		whichOfThem:     "--out ./country grava a amostra, --server URL a entrevista",
		wholeAddress:    "indique o endereço inteiro que cifra serve mostrou, entre aspas: 'http://127.0.0.1:8080/#token=…'",
		noNumber:        "--%s %q não é um número inteiro",
		writeNumber:     "escreva em algarismos: --%s %s",
		exportsCSV:      "o formato é csv: cifra export csv --data DIR --out DIR",
		noTexts:         "%q não é nem export nem import",
		useTexts:        "cifra texts export INSTRUMENTO --language pt, ou cifra texts import INSTRUMENTO ARQUIVO --language pt",
		otherPlan:       "%s é um plano de estimação",
		otherSample:     "%s é um plano de amostra",
		otherWeighting:  "%s é um plano de ponderação",
		otherInstrument: "%s é um instrumento, não um plano",
		otherScenario:   "%s é um cenário, não um plano",
		useCommand:      "use: cifra %s %s",
	},
	"fr": {
		publish:         "publiez un instrument : --instrument lacsi",
		whereServed:     "indiquez le répertoire avec lequel cifra serve a été lancé",
		noDirectory:     "%s est un fichier, pas le répertoire d’une enquête",
		nameDirectory:   "indiquez un répertoire avec --data ; cifra serve le crée s’il n’existe pas",
		givenAlone:      "--given va avec --instrument",
		nameAgain:       "les valeurs appartiennent à un instrument publié : indiquez-le à nouveau",
		otherName:       "choisissez-en un autre : --survey crime-2026",
		writeListen:     "écrivez-le comme 127.0.0.1:8080 ; un port est un nombre jusqu’à 65535, 0 pour n’importe quel port libre",
		onlyHere:        "écoutez sur 127.0.0.1, comme sans --listen",
		portTaken:       "un autre programme l’utilise, peut-être un cifra serve : choisissez un autre port, --listen 127.0.0.1:8081, ou 127.0.0.1:0 pour n’importe lequel",
		portForbidden:   "cet utilisateur ne peut pas écouter là : choisissez un port au-dessus de 1023, --listen 127.0.0.1:8080",
		noSuchAddress:   "cet ordinateur n’a pas cette adresse : --listen 127.0.0.1:8080",
		newToken:        "supprimez-le : un nouveau est créé, et les tablettes ouvrent une fois la nouvelle adresse",
		noFormat:        "le format %q n’existe pas",
		formats:         "table, json ou csv",
		noEnding:        "le nom %s ne dit pas quoi écrire",
		addFormat:       "ajoutez --format json ou --format csv",
		notWritable:     "indiquez un endroit dans un répertoire qui existe et où cet utilisateur peut écrire",
		diskFull:        "le disque est plein : libérez de la place et recommencez",
		noServerAddress: "--server %q n’est pas une adresse",
		writeServer:     "écrivez-la comme http://127.0.0.1:8080",
		unencrypted:     "--server %s enverrait le jeton et les microdonnées en clair",
		useTunnel:       "utilisez https, ou passez par un tunnel qui aboutit à cet ordinateur",
		serverRunning:   "le serveur tourne-t-il ? cifra serve affiche son adresse ; sans serveur, utilisez --data",
		serverLog:       "le journal du serveur dit ce qui ne va pas",
		useToken:        "utilisez le fichier token du répertoire avec lequel le serveur a été lancé",
		isItCifra:       "est-ce l’adresse d’un serveur cifra ?",
		waitForIt:       "attendez qu’il soit terminé, puis réessayez",
		used:            "%s n’est pas vide",
		newDirectory:    "indiquez un nouveau répertoire",
		servedBy:        "indiquez un nouveau répertoire ; une enquête qui s’y trouve est servie par : cifra serve --data %s",
		orForce:         "indiquez un nouveau répertoire, ou utilisez --force pour remplacer le jeu qui s’y trouve ; les autres fichiers restent",
		leaveSome:       "il y a %d cas : laissez-en quelques-uns",
		atLeast:         "c’est %d au moins",
		askForFewer:     "demandez-en moins avec --psus ou --dwellings",
		outOrServer:     "--out ou --server, l’un des deux",
		whichOfThem:     "--out ./country écrit l’échantillon, --server URL l’interroge",
		wholeAddress:    "donnez l’adresse entière que cifra serve a affichée, entre guillemets : 'http://127.0.0.1:8080/#token=…'",
		noNumber:        "--%s %q n’est pas un nombre entier",
		writeNumber:     "écrivez-le en chiffres : --%s %s",
		exportsCSV:      "le format est csv : cifra export csv --data DIR --out DIR",
		noTexts:         "%q n’est ni export ni import",
		useTexts:        "cifra texts export INSTRUMENT --language pt, ou cifra texts import INSTRUMENT FICHIER --language pt",
		otherPlan:       "%s est un plan d’estimation",
		otherSample:     "%s est un plan d’échantillon",
		otherWeighting:  "%s est un plan de pondération",
		otherInstrument: "%s est un instrument, pas un plan",
		otherScenario:   "%s est un scénario, pas un plan",
		useCommand:      "utilisez : cifra %s %s",
	},
}

// hints returns the table of the user's language.
func hints() hintTable { return hintLanguages[languageOf()] }
