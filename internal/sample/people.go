package sample

import "strings"

// region is a part of the world whose given and family names go together.
type region struct {
	weight               int // its share of people
	given, family, towns []string
	languages            []string // what its people write in here; English if empty
}

var regions = []region{
	{weight: 38,
		given:  strings.Fields(`Alice Amber Beth Callum Cara Claire Connor Dana Dylan Eleanor Elliot Erin Esther Fergus Fiona Gareth Gemma Gwen Harriet Hazel Heather Holly Imogen Iris Isla Jamie Joel Josie Kit Leah Lewis Lydia Mabel Martha Meg Miles Morgan Nell Nora Oscar Owen Paige Phoebe Poppy Rhys Rory Rosie Ruth Sadie Seth Sian Simon Tess Theo Toby Una Violet Wendy Will Zoe Abby Brett Carla Derek Jodie Kelsey Marcus Nolan Shauna Trevor`),
		family: strings.Fields(`Abernethy Ainsley Alderman Ashdown Barrow Beckwith Birtles Blakeney Braithwaite Brockway Calloway Carrick Colby Coppard Crosby Dalloway Dempster Ellery Fairweather Fenwick Fielding Garland Goodacre Greenhalgh Hadley Halloran Hartnell Haverstock Holloway Ingleby Kershaw Kinnear Langdale Larkspur Lathbury Loxley Marchbanks Maynard Merriweather Millward Northcott Oakley Ollerton Pemberly Penhale Quigley Rafferty Rosewarne Saltmarsh Shackley Sorrell Stanway Tamsett Thistlewood Tolliver Underhill Wainscott Wetherby Whitlock Winterburn Wragg Yardley`),
		towns:  strings.Split(`Leeds|Bristol|Halifax, Nova Scotia|Galway|Duluth|Hobart|Dunedin|Swansea|Asheville|Boise|Dundee|Cork|Guelph|Ballarat`, "|")},
	{weight: 10, languages: []string{"de", "en"},
		given:  strings.Fields(`Annika Bastian Birgit Björn Carina Clemens Dörte Elke Fabian Friederike Gesine Greta Hannes Heike Henning Ida Ines Jonas Jule Katrin Kilian Lene Leonie Malte Marlene Mats Nele Niklas Oskar Paula Rieke Ronja Silke Sönke Svenja Tilda Till Ulrike Vera Wiebke`),
		family: strings.Fields(`Achterberg Ahlers Bierwirth Brandstetter Dornbusch Eichhorn Feldkamp Friedrichsen Grünewald Haberland Hellmann Immenroth Kaltenbach Kirchhoff Köstner Lindemann Löffler Mühlbauer Niehaus Oberhuber Petersen Quandt Rehbein Sandkühler Schönfeld Steinbrecher Tannert Uhlig Voss Wegener Wiesner Zimmerle`),
		towns:  []string{"Oldenburg", "Graz", "Freiburg", "Winterthur", "Erfurt", "Kiel"}},
	{weight: 9, languages: []string{"es"},
		given:  strings.Fields(`Abril Adela Alba Álvaro Amparo Beatriz Bruno Celia Clara Consuelo Elvira Emilio Fermín Gael Gonzalo Inés Iván Jimena Joaquín Lola Lorena Martina Mateo Nerea Noelia Óscar Paloma Pilar Ramiro Renata Rocío Rubén Sara Teo Valeria Ximena`),
		family: strings.Fields(`Abascal Aldana Arriaga Barragán Bermejo Cañizares Cárdenas Carrasquilla Cisneros Duarte Escalante Fontanilla Gallardo Heredia Iriarte Lizarraga Madrigal Montero Navascués Olmedo Palacios Quintanilla Robledo Salcedo Solano Tejada Urrutia Valdivia Villaseca Zamorano`),
		towns:  []string{"Zaragoza", "Rosario", "Puebla", "Medellín", "Valparaíso", "Vigo"}},
	{weight: 7, languages: []string{"fr", "fr", "en"},
		given:  strings.Fields(`Adèle Agathe Anaïs Antonin Aurore Baptiste Bérénice Capucine Clémence Corentin Delphine Élodie Éloi Estelle Fanny Gaspard Gaëlle Isaure Jeanne Léonie Loïc Maëlle Margaux Noémie Océane Quentin Rémi Romane Sandrine Thibault Valentin Yann Zélie`),
		family: strings.Fields(`Aubertin Bellanger Boissière Carpentras Chauvet Courtois Delacourt Desnoyers Fauvel Fontanel Garrigue Hamelin Jolivet Lachaume Lavigne Marchand Maréchaux Montagnier Navarin Pelletan Perrichon Quesnel Rivoire Sablon Tessier Vasselin Verdier`),
		towns:  []string{"Angers", "Sherbrooke", "Namur", "Lausanne", "Grenoble", "Brest"}},
	{weight: 8, languages: []string{"pt"},
		given:  strings.Fields(`Adriana Amanda Beatriz Benedita Bento Caio Cecília Clarice Davi Elisa Fábio Flávia Gustavo Heloísa Iara Igor Joana Lara Laís Leandro Letícia Lívia Luana Mateus Miguel Nina Otávio Raquel Renato Rita Sílvia Tânia Tomás Vasco Vitória Yasmin`),
		family: strings.Fields(`Abrantes Alvarenga Azevedo Bittencourt Brandão Cabral Calheiros Camargo Carvalhal Correia Damasceno Espírito Falcão Figueira Gouveia Junqueira Lacerda Magalhães Meireles Negrão Nogueira Paranhos Peixoto Queirós Rabelo Sampaio Seabra Teles Valadares Vilhena`),
		towns:  []string{"Braga", "Recife", "Curitiba", "Belém", "Évora", "Florianópolis"}},
	{weight: 9,
		given:  strings.Fields(`Aarti Aditi Ajay Amrita Anjali Ashok Bhavna Chetan Deepa Dinesh Divya Gauri Hari Ishaan Jaya Kavita Keshav Lata Leela Madhavi Manoj Meera Nandini Naveen Neha Pooja Prakash Radha Rekha Rohan Sanjana Shreya Sunita Tara Usha Varun Vidya Vikas`),
		family: strings.Fields(`Achrekar Agnihotri Balakrishna Basappa Bhattarai Chakravorty Chandran Deshmukh Dhawale Gokhale Gunasekara Hegde Iyengar Jayasuriya Joshipura Kulkarni Mahadevan Mukundan Nambiar Narayanan Pednekar Pillai Ranganath Rathnayake Sabharwal Subramani Thakkar Venkatesan Wickrama`),
		towns:  []string{"Pune", "Kochi", "Mysuru", "Kandy", "Leicester", "Brampton"}},
	{weight: 7,
		given:  strings.Fields(`Abena Adaeze Adjoa Akinyi Akua Amara Ayodele Baraka Chiamaka Chidi Efua Ekow Esi Fatou Folake Ifeoma Imani Jabari Juma Kwabena Kwame Lindiwe Makena Nala Naledi Ngozi Njeri Obinna Sade Simba Tariro Temba Thandi Uche Wanjiru Yaw Zanele Zuri`),
		family: strings.Fields(`Abankwa Acheampong Adebowale Adeyinka Afolayan Akinwande Amoako Anyango Bamidele Chikwanha Dlomo Eze Gyamfi Ibekwe Kamande Khoza Kiplagat Makhathini Moyo Mutasa Nkansah Nwachukwu Ochieng Odhiambo Oyelaran Quaye Sithebe Tembo Wambua`),
		towns:  []string{"Kumasi", "Nakuru", "Ibadan", "Bulawayo", "Durban", "Dakar"}},
	{weight: 6,
		given:  strings.Fields(`Akira Anh Ayumi Bao Chau Dae Eun Hana Haruto Hiro Hoa Jia Jisoo Kaito Kaori Lan Lihua Linh Mai Mei Minh Naoki Noriko Phuong Qing Ren Rina Sakura Sora Thao Tuan Xin Yan Yuna`),
		family: strings.Fields(`Aokida Bui Dang Fujinami Gwon Hanamori Hosokai Inagaki Jeong Kageyama Kitahara Kuwabara Lai Luong Matsuhara Minamoto Nagashiro Ngo Oshima Pham Qiu Ryu Sakakibara Shimano Tadokoro Tong Uehara Vuong Xie Yamashiro Zhuang`),
		towns:  []string{"Sapporo", "Da Nang", "Taichung", "Daegu", "Kanazawa", "Burnaby"}},
	{weight: 6,
		given:  strings.Fields(`Adnan Amal Amira Aylin Basma Bilal Cem Defne Dina Farah Faris Ghada Hadiya Hala Ilyas Jamila Kerem Laleh Layla Lina Maryam Mona Nabil Nadia Noor Parisa Rania Reem Samira Selim Shirin Tarek Yara Yasemin Zahra Zeynep`),
		family: strings.Fields(`Abdelnour Akarsu Alameddine Amirani Azizian Barakat Bazzaz Chalabi Dervish Elmasri Farahani Ghanem Habibi Haddadin Ismaili Jabbour Karaca Khouryan Mansouri Najjar Nasseri Ozkan Qabbani Rahmani Sabbagh Salloum Uzun Yaziji Zaytoun`),
		towns:  []string{"Izmir", "Amman", "Tripoli", "Rabat", "Malmö", "Dearborn"}},
	{weight: 8,
		given:  strings.Fields(`Aino Agnieszka Aleksi Anja Astrid Bartek Dagny Danuta Darya Eero Elin Ewa Freya Goran Halina Henrik Ilze Ingrid Ivana Janek Jelena Kaja Kasia Katarina Lenka Liv Luka Magda Maja Mikkel Milena Nils Oksana Petra Piotr Signe Sindre Solveig Tereza Tomasz Veera Zuzana`),
		family: strings.Fields(`Adamczuk Aaltonen Bakkelund Balodis Bielik Brzozowski Dahlström Dvorský Eklundh Fjeldstad Gajewska Hallberg Havelka Iversdal Jablonski Järvelin Kallio Kosinski Kovalenko Laaksonen Lipovac Lundgaard Malinova Marković Nordahl Novotna Ostrander Pavlik Rautio Sikora Strand Szymanek Tkachuk Vukovic Wolska Zielinska`),
		towns:  []string{"Tampere", "Bergen", "Aarhus", "Brno", "Lublin", "Riga"}},
}

var hobbies = strings.Fields(`_reads bakes _runs _outdoors grows _onbikes knits _sings _makes _at_home paints fixes _walks swims`)

var bioWork = strings.Split(`Night-shift nurse.|Primary-school teacher, year four.|Bus driver, route 14.|I repair clocks and the odd toaster.|Retired from the railways, not from anything else.|Studying to be a physiotherapist.|Bookkeeper by day.|Carpenter. Mostly doors.|Three children, many cousins.|Allotment holder, plot 27.|Cello teacher.|Barista who drinks tea.|I write software for a library.|Second-year apprentice electrician.|Former goalkeeper, current grandparent.|Pharmacist in a small town.|Physics student, mostly tired.|Swimming coach.|I run the corner shop.|Vet nurse.|Landscape gardener.|Radiographer.|Hairdresser, listener.|Delivering the post since 2009.|Volunteer at the food bank on Thursdays.|Lab technician.|Choir alto.|Baker, parent, bad at guitar.|Looking for work, good with spreadsheets.|Ferry deckhand.|Translator.|Community organiser, slow and steady.|Paramedic.|Beekeeper with four hives.|Sixth-former.|Sign-language interpreter.`, "|")

var bioLife = strings.Split(`Two dogs, one of them sensible.|I collect maps of places I have not been.|Happiest on a bicycle.|Ask me about sourdough. Or do not.|Learning to say no, and sometimes yes.|Sunday football, knees permitting.|Always behind on letters.|I like rivers.|New here, go gently.|Reads the footnotes.|Here for the good news.|Cat person in a dog family.|Slow runner.|I plant trees when I can.|Making up for lost time.|My sister lives with ALS.|Better in person.|Fond of rain.|Night owl.|Tries to leave things tidier.|Believes in soup.|Quiet, but here.`, "|")

var bioCoda = strings.Split(`Opinions borrowed.|Not on here on Sundays.|Say hello.|Mostly photographs of the sea.`, "|")

var biosIn = map[string][]string{
	"de": strings.Split(`Zwei Kinder, ein Garten, wenig Schlaf.|Arbeite mit Holz, aus Überzeugung.|Ich lese lieber, als ich schreibe.|In Rente, Kalender voll.|In der Pflege, Station 3.|Chor am Dienstag, Kuchen am Sonntag.|Studiert noch. Irgendwas mit Wasser.|Mit dem Rad, auch bei Regen.`, "|"),
	"es": strings.Split(`Doy clase en primaria. Tomo el café sin prisa.|Turno de noche en urgencias.|Cinco nietos y un huerto.|Estudio agronomía y bailo mal.|Hago pan. Me levanto a las tres.|Aquí para aprender.|Arreglo bicicletas.|Me gusta el mar en invierno.`, "|"),
	"fr": strings.Split(`Soins à domicile, jardin le dimanche.|Prof de maths, promis, on rigole.|Libraire dans une petite ville.|J'écoute plus que je ne parle.|Du pain, debout à quatre heures.|Deux jumeaux, peu de sommeil.|Je marche, je lis, je recommence.`, "|"),
	"pt": strings.Split(`Dou aulas de história.|Plantões à noite, a Clara de dia.|Planto manjericão na varanda.|Entrego cartas há vinte anos.|Estudo biologia, gosto de rios.|Costuro. Conserto quase tudo.|Aqui devagar.`, "|"),
}
