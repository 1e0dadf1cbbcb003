"""What changes hands among parents: a small tree, and the words by which things are recognised.

The roots are those of the wire (federation 5.3); leaves are `root/leaf`. A word is written here
without accents, in the singular where its plural only adds an s or x.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Care(StrEnum):
    """What has to be known of things on which a child's life may depend."""

    SEAT = "seat"
    """Its year, that it was never in an accident, that it is not recalled."""
    BED = "bed"
    """That it is complete and not recalled."""


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of thing."""

    words: tuple[str, ...] = ()
    """French, English and Thai."""
    care: Care | None = None


def _c(words: str, care: Care | None = None) -> Category:
    return Category(tuple(word.strip() for word in words.split(",")), care)


TREE: Final[Mapping[str, Category]] = {
    "clothes": _c(
        "vetement, habit, fringue, tenue, garde-robe, lot de fille, lot de garcon, clothes,"
        " clothing, outfit, เสื้อผ้า"
    ),
    "clothes/coat": _c(
        "manteau, blouson, doudoune, parka, anorak, impermeable, cire, coat, jacket, raincoat,"
        " เสื้อกันหนาว, เสื้อกันฝน, แจ็กเก็ต"
    ),
    "clothes/snow": _c(
        "combinaison de ski, combinaison pilote, combi pilote, tenue de ski, snowsuit, ski suit,"
        " ชุดกันหนาว, ชุดสกี"
    ),
    "clothes/baby": _c(
        "body, bodies, pyjama, grenouillere, gigoteuse, turbulette, layette, babygro, onesie,"
        " sleepsuit, sleeping bag for baby, ชุดเด็กอ่อน, ชุดนอน"
    ),
    "clothes/costume": _c("deguisement, costume, carnival costume, fancy dress, ชุดแฟนซี"),
    "clothes/top": _c(
        "t-shirt, tee-shirt, pull, sweat, gilet, chemise, robe, jupe, pantalon, jean, short,"
        " legging, sweater, jumper, hoodie, dress, skirt, trousers, pants, shirt, เสื้อยืด, กางเกง,"
        " กระโปรง"
    ),
    "shoes": _c(
        "chaussure, basket, sandale, chausson, tong, ballerine, shoe, trainer, sneaker, sandal,"
        " slipper, รองเท้า"
    ),
    "shoes/boots": _c(
        "botte, bottine, apres-ski, botte de pluie, botte de neige, boot, wellies, welly,"
        " wellington, snow boot, รองเท้าบูท, บูทกันฝน"
    ),
    "sleep": _c("couchage, literie, bedding, ที่นอน"),
    "sleep/cot": _c(
        "lit bebe, lit a barreaux, lit parapluie, lit pliant, lit cododo, cododo, berceau, couffin,"
        " lit evolutif, lit enfant, cot, crib, moses basket, bassinet, travel cot, bedside crib,"
        " เตียงเด็ก, เปลเด็ก, เปล",
        Care.BED,
    ),
    "sleep/mattress": _c(
        "matelas, tour de lit, drap-housse, drap housse, couette, mattress, fitted sheet, duvet,"
        " ฟูก, ผ้าปูที่นอน"
    ),
    "sleep/monitor": _c("babyphone, ecoute-bebe, veilleuse, baby monitor, night light, เบบี้มอนิเตอร์"),
    "stroller": _c(
        "poussette, landau, poussette canne, poussette double, pushchair, stroller, buggy, pram,"
        " รถเข็นเด็ก, รถเข็น"
    ),
    "stroller/carrier": _c(
        "porte-bebe, porte bebe, echarpe de portage, sac de portage, baby carrier, sling,"
        " baby wrap, เป้อุ้มเด็ก, เป้อุ้ม"
    ),
    "car-seat": _c(
        "siege auto, siege-auto, coque bebe, cosy auto, isofix, car seat, carseat, infant carrier,"
        " คาร์ซีท, เบาะนั่งนิรภัย",
        Care.SEAT,
    ),
    "car-seat/booster": _c(
        "rehausseur, booster seat, booster cushion, บูสเตอร์ซีท, เบาะเสริม", Care.SEAT
    ),
    "car-seat/bike": _c(
        "siege velo, porte-bebe velo, bike seat, bicycle seat, child bike seat, ที่นั่งเด็กจักรยาน",
        Care.SEAT,
    ),
    "meals": _c(
        "biberon, vaisselle, bavoir, petit pot, robot bebe, babycook, sterilisateur,"
        " chauffe-biberon, baby bottle, bib, steriliser, sterilizer, bottle warmer, weaning,"
        " ขวดนม, ผ้ากันเปื้อน"
    ),
    "meals/highchair": _c(
        "chaise haute, rehausseur de chaise, highchair, high chair, เก้าอี้กินข้าว, เก้าอี้ทานข้าว"
    ),
    "meals/pump": _c("tire-lait, coussin d'allaitement, breast pump, nursing pillow, เครื่องปั๊มนม"),
    "hygiene": _c(
        "couche, couche lavable, pot, reducteur de toilettes, nappy, nappies, diaper, potty,"
        " ผ้าอ้อม, กระโถน"
    ),
    "hygiene/bath": _c(
        "baignoire, transat de bain, anneau de bain, baby bath, bath seat, อ่างอาบน้ำ"
    ),
    "hygiene/changing": _c(
        "table a langer, matelas a langer, plan a langer, changing table, changing mat,"
        " โต๊ะเปลี่ยนผ้าอ้อม"
    ),
    "toys": _c(
        "jouet, jeu, poupee, poupon, peluche, doudou, lego, duplo, playmobil, kapla, voiture"
        " telecommandee, dinette, marchande, tapis d'eveil, portique, toy, doll, teddy, plush,"
        " play mat, ของเล่น, ตุ๊กตา, เลโก้"
    ),
    "toys/puzzle": _c("puzzle, jeu de societe, jigsaw, board game, จิ๊กซอว์, บอร์ดเกม"),
    "toys/console": _c("console, nintendo, switch, playstation, jeu video, video game, เครื่องเกม"),
    "toys/outdoor": _c(
        "toboggan, balancoire, trampoline, piscine gonflable, bac a sable, cabane, slide, swing,"
        " paddling pool, sandpit, สไลเดอร์, ชิงช้า"
    ),
    "books": _c(
        "livre, bd, bande dessinee, manga, album, roman, magazine, book, comic, หนังสือ, นิทาน"
    ),
    "furniture": _c(
        "meuble, bureau, armoire, commode, etagere, lit mezzanine, lit superpose, chaise de bureau,"
        " desk, wardrobe, chest of drawers, shelf, bunk bed, เฟอร์นิเจอร์, โต๊ะ, ตู้, ชั้นวาง"
    ),
    "furniture/gate": _c(
        "barriere de securite, parc bebe, transat, cale-porte, safety gate, stair gate, playpen,"
        " bouncer, ที่กั้นบันได, คอกเด็ก",
        Care.BED,
    ),
    "maternity": _c(
        "vetement de grossesse, grossesse, jean de grossesse, robe de grossesse, maternity,"
        " pregnancy, ชุดคลุมท้อง, คนท้อง"
    ),
    "school": _c(
        "cartable, sac a dos, fourniture scolaire, trousse, manuel scolaire, calculatrice, blouse,"
        " satchel, school bag, backpack, school book, calculator, กระเป๋านักเรียน, เครื่องเขียน"
    ),
    "sport": _c(
        "ski, patin, roller, ballon, raquette, kimono, maillot de bain, gilet de sauvetage,"
        " skate, rollerblade, ball, racket, judo, swimsuit, life jacket, รองเท้าสเก็ต, ลูกบอล"
    ),
    "sport/bicycle": _c(
        "velo, draisienne, trottinette, tricycle, remorque velo, casque velo, bike, bicycle,"
        " balance bike, scooter, trike, bicycle trailer, bike trailer, bike helmet, จักรยาน,"
        " สกู๊ตเตอร์"
    ),
    "sport/music": _c(
        "violon, guitare, piano, flute, instrument, violin, guitar, recorder, กีตาร์, ไวโอลิน"
    ),
    "service": _c(
        "garde, baby-sitter, babysitter, baby-sitting, aide aux devoirs, cours, soutien scolaire,"
        " coup de main, emmener, accompagner, trajet, babysitting, homework, lesson, tutoring,"
        " maths, lift to school, children to school, take the children, ดูแลเด็ก, พี่เลี้ยง,"
        " สอนการบ้าน, รับส่ง"
    ),
    "other": Category(),
}
ROOTS: Final = tuple(key for key in TREE if "/" not in key)


def root_of(key: str) -> str:
    """The kind that the wire knows; "" for none."""
    return key.partition("/")[0]


def leaves_of(root: str) -> tuple[str, ...]:
    return tuple(key for key in TREE if key.startswith(f"{root}/"))


def care_of(key: str) -> Care | None:
    """What has to be said of such a thing before anybody takes it."""
    found = TREE.get(key)
    return found.care if found else None
